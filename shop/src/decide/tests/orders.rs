//! What is decided about orders.

use super::*;

#[test]
fn an_order_allocates_and_collecting_takes_the_copies_out_of_the_shop() {
    let mut shop = Shop::with_copies(4);
    shop.batch(&[add(ANN, 2), add(BEN, 1)]);
    let answer = placed(shop.one(order(ANN)));
    assert_eq!(
        (answer.code, answer.lines.len(), answer.gone.len()),
        (CODE, 1, 0)
    );
    assert_eq!((shop.stock().held, shop.stock().allocated), (1, 2));
    shop.after(HOLD * 100);
    let close = |closing| Command::CloseOrder {
        code: CODE,
        closing,
    };
    assert_eq!(shop.one(close(Closing::Collected)), Ok(Done::Closed));
    assert_eq!(
        shop.one(close(Closing::Collected)),
        Ok(Done::Closed),
        "twice is once"
    );
    assert_eq!(
        shop.one(close(Closing::Cancelled)),
        Err(Refusal::OrderClosed)
    );
    assert_eq!((shop.stock().on_hand, shop.stock().available()), (2, 2));
}

#[test]
fn an_order_called_off_or_not_collected_gives_its_copies_back() {
    for overdue in [false, true] {
        let mut shop = Shop::with_copies(2);
        shop.batch(&[add(ANN, 2), order(ANN)]);
        assert_eq!(shop.stock().available(), 0);
        if overdue {
            shop.after(Terms::default().collect_within).batch(&[]);
        } else {
            let close = Command::CloseOrder {
                code: CODE,
                closing: Closing::Cancelled,
            };
            shop.one(close).unwrap();
        }
        assert_eq!((shop.stock().on_hand, shop.stock().available()), (2, 2));
    }
}

#[test]
fn an_order_takes_what_had_just_run_out_again_if_it_is_there() {
    let mut shop = Shop::with_copies(1);
    shop.one(add(ANN, 1)).unwrap();
    shop.after(HOLD);
    assert_eq!(placed(shop.one(order(ANN))).lines.len(), 1);
    assert_eq!((shop.stock().held, shop.stock().allocated), (0, 1));
}

#[test]
fn an_order_says_what_is_gone_and_keeps_the_rest() {
    let mut shop = Shop::with_copies(1);
    let rest = Slug::parse("rest").unwrap();
    let shelf = shop.world.books[&drop()];
    shop.world.books.insert(rest.clone(), shelf);
    shop.one(add(ANN, 1)).unwrap();
    shop.after(HOLD);
    let second = Command::Add {
        shopper: ANN,
        book: rest.clone(),
        quantity: Quantity::ONE,
        key: None,
    };
    shop.batch(&[add(BEN, 1), second]);
    let answer = placed(shop.one(order(ANN)));
    assert_eq!(answer.gone, [drop()]);
    assert_eq!(answer.lines[0].book, rest);
    assert_eq!(shop.one(order(ANN)), Err(Refusal::EmptyCart));
}

#[test]
fn a_cart_of_which_everything_is_gone_cannot_be_ordered() {
    let mut shop = Shop::with_copies(1);
    shop.one(add(ANN, 1)).unwrap();
    shop.after(HOLD).one(add(BEN, 1)).unwrap();
    assert_eq!(
        shop.one(order(ANN)),
        Err(Refusal::NothingToOrder { gone: vec![drop()] })
    );
    assert!(
        shop.world
            .holds
            .values()
            .any(|hold| hold.state == HoldState::Lapsed)
    );
}
