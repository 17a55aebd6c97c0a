//! Carts: limits, prices, extensions.

use super::*;

#[test]
fn copies_in_a_cart_are_not_available_to_others() {
    let mut shop = Shop::with_copies(3);
    let ann = line(shop.run(add(ANN, 2)));
    assert_eq!((ann.quantity, ann.level.available), (2, 1));
    assert_eq!(ann.expires_at, Some(shop.world.now + HOLD));
    assert_eq!(
        shop.run(add(BEN, 2)),
        Err(Refusal::SoldOut { available: 1 })
    );
    assert_eq!(shop.stock().version, 2, "a refusal creates no version");
}

#[test]
fn a_shoppers_own_hold_does_not_count_against_them() {
    let mut shop = Shop::with_copies(2);
    shop.run(add(ANN, 2)).unwrap();
    assert_eq!(line(shop.run(set(ANN, 2))).quantity, 2);
    assert_eq!(line(shop.run(set(ANN, 1))).quantity, 1);
    assert_eq!(line(shop.run(set(ANN, 2))).quantity, 2);
}

#[test]
fn the_limit_covers_cart_and_orders_together() {
    let mut shop = Shop::with_copies(100);
    shop.run(add(ANN, 3)).unwrap();
    assert_eq!(shop.run(add(ANN, 3)), Err(Refusal::OverLimit { limit: 5 }));
    shop.run(order(ANN)).unwrap();
    assert_eq!(shop.run(add(ANN, 3)), Err(Refusal::OverLimit { limit: 5 }));
    assert_eq!(line(shop.run(add(ANN, 2))).quantity, 2);
}

#[test]
fn a_hold_can_be_extended_at_least_ten_times_and_not_for_ever() {
    let mut shop = Shop::with_copies(1);
    shop.run(add(ANN, 1)).unwrap();
    let start = shop.world.now;
    let mut extensions = 0;
    loop {
        shop.advance(HOLD / 2);
        match shop.run(extend(ANN)) {
            Ok(_) => extensions += 1,
            Err(refusal) => {
                assert_eq!(refusal, Refusal::HeldLongEnough);
                break;
            }
        }
    }
    assert!(extensions >= 10, "{extensions}");
    let ends = shop.world.holds.values().next().unwrap().expires_at;
    assert_eq!(ends, start + Terms::default().longest_hold());
    assert_eq!(shop.run(extend(BEN)), Err(Refusal::NotInCart));
}

#[test]
fn a_hold_keeps_its_price() {
    let mut shop = Shop::with_copies(9);
    shop.run(add(ANN, 1)).unwrap();
    shop.world.books.get_mut(&book()).unwrap().price = Price::from_cents(3_000);
    assert_eq!(line(shop.run(extend(ANN))).price, Price::from_cents(2_000));
    assert_eq!(line(shop.run(add(BEN, 1))).price, Price::from_cents(3_000));
    assert_eq!(
        placed(shop.run(order(ANN))).lines[0].price,
        Price::from_cents(2_000)
    );
}
