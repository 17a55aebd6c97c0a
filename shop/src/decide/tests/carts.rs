//! What is decided about carts: limits, prices, more time.

use super::*;

#[test]
fn copies_in_a_cart_are_not_there_for_others() {
    let mut shop = Shop::with_copies(3);
    let ann = line(shop.one(add(ANN, 2)));
    assert_eq!((ann.quantity, ann.level.available), (2, 1));
    assert_eq!(ann.expires_at, Some(shop.world.now + HOLD));
    assert_eq!(
        shop.one(add(BEN, 2)),
        Err(Refusal::SoldOut { available: 1 })
    );
    assert_eq!(shop.stock().version, 2, "a refusal leaves no trace");
}

#[test]
fn ones_own_hold_never_stands_in_ones_own_way() {
    let mut shop = Shop::with_copies(2);
    shop.one(add(ANN, 2)).unwrap();
    assert_eq!(line(shop.one(set(ANN, 2))).quantity, 2);
    assert_eq!(line(shop.one(set(ANN, 1))).quantity, 1);
    assert_eq!(line(shop.one(set(ANN, 2))).quantity, 2);
}

#[test]
fn a_shopper_gets_no_more_than_the_limit_in_cart_and_orders_together() {
    let mut shop = Shop::with_copies(100);
    shop.one(add(ANN, 3)).unwrap();
    assert_eq!(shop.one(add(ANN, 3)), Err(Refusal::OverLimit { limit: 5 }));
    shop.one(order(ANN)).unwrap();
    assert_eq!(shop.one(add(ANN, 3)), Err(Refusal::OverLimit { limit: 5 }));
    assert_eq!(line(shop.one(add(ANN, 2))).quantity, 2);
}

#[test]
fn a_hold_can_be_extended_at_least_ten_times_and_not_for_ever() {
    let mut shop = Shop::with_copies(1);
    shop.one(add(ANN, 1)).unwrap();
    let began = shop.world.now;
    let mut extensions = 0;
    loop {
        shop.after(HOLD / 2);
        match shop.one(extend(ANN)) {
            Ok(_) => extensions += 1,
            Err(refusal) => {
                assert_eq!(refusal, Refusal::HeldLongEnough);
                break;
            }
        }
    }
    assert!(extensions >= 10, "{extensions}");
    let ends = shop.world.holds.values().next().unwrap().expires_at;
    assert_eq!(ends, began + Terms::default().longest_hold());
    assert_eq!(shop.one(extend(BEN)), Err(Refusal::NotInCart));
}

#[test]
fn the_price_is_the_one_of_the_hold() {
    let mut shop = Shop::with_copies(9);
    shop.one(add(ANN, 1)).unwrap();
    shop.world.books.get_mut(&drop()).unwrap().price = Price::from_cents(3_000);
    assert_eq!(line(shop.one(extend(ANN))).price, Price::from_cents(2_000));
    assert_eq!(line(shop.one(add(BEN, 1))).price, Price::from_cents(3_000));
    assert_eq!(
        placed(shop.one(order(ANN))).lines[0].price,
        Price::from_cents(2_000)
    );
}
