//! Orders: placing, collecting, cancelling and expiry.

use super::*;

#[test]
fn an_order_allocates_copies_and_collecting_it_removes_them() {
    let mut shop = Shop::with_copies(4);
    shop.batch(&[add(ANN, 2), add(BEN, 1)]);
    let answer = placed(shop.run(order(ANN)));
    assert_eq!(
        (answer.code, answer.lines.len(), answer.gone.len()),
        (CODE, 1, 0)
    );
    assert_eq!((shop.stock().held, shop.stock().allocated), (1, 2));
    shop.advance(HOLD * 100);
    let close = |closing| Command::CloseOrder {
        code: CODE,
        closing,
    };
    assert_eq!(shop.run(close(Closing::Collected)), Ok(Done::Closed));
    assert_eq!(
        shop.run(close(Closing::Collected)),
        Ok(Done::Closed),
        "repeating succeeds"
    );
    assert_eq!(
        shop.run(close(Closing::Cancelled)),
        Err(Refusal::OrderClosed)
    );
    assert_eq!((shop.stock().on_hand, shop.stock().available()), (2, 2));
}

#[test]
fn a_cancelled_or_overdue_order_gives_its_copies_back() {
    for overdue in [false, true] {
        let mut shop = Shop::with_copies(2);
        shop.batch(&[add(ANN, 2), order(ANN)]);
        assert_eq!(shop.stock().available(), 0);
        if overdue {
            shop.advance(Terms::default().collect_within).batch(&[]);
        } else {
            let close = Command::CloseOrder {
                code: CODE,
                closing: Closing::Cancelled,
            };
            shop.run(close).unwrap();
        }
        assert_eq!((shop.stock().on_hand, shop.stock().available()), (2, 2));
    }
}

#[test]
fn an_order_includes_a_lapsed_line_whose_copies_are_available() {
    let mut shop = Shop::with_copies(1);
    shop.run(add(ANN, 1)).unwrap();
    shop.advance(HOLD);
    assert_eq!(placed(shop.run(order(ANN))).lines.len(), 1);
    assert_eq!((shop.stock().held, shop.stock().allocated), (0, 1));
}

#[test]
fn an_order_reports_the_books_that_are_gone_and_keeps_the_rest() {
    let mut shop = Shop::with_copies(1);
    let rest = Slug::parse("rest").unwrap();
    let shelf = shop.world.books[&book()];
    shop.world.books.insert(rest.clone(), shelf);
    shop.run(add(ANN, 1)).unwrap();
    shop.advance(HOLD);
    let second = Command::Add {
        shopper: ANN,
        book: rest.clone(),
        quantity: Quantity::ONE,
        key: None,
    };
    shop.batch(&[add(BEN, 1), second]);
    let answer = placed(shop.run(order(ANN)));
    assert_eq!(answer.gone, [book()]);
    assert_eq!(answer.lines[0].book, rest);
    assert_eq!(shop.run(order(ANN)), Err(Refusal::EmptyCart));
}

#[test]
fn a_cart_whose_books_are_all_gone_cannot_be_ordered() {
    let mut shop = Shop::with_copies(1);
    shop.run(add(ANN, 1)).unwrap();
    shop.advance(HOLD).run(add(BEN, 1)).unwrap();
    assert_eq!(
        shop.run(order(ANN)),
        Err(Refusal::NothingToOrder { gone: vec![book()] })
    );
    assert!(
        shop.world
            .holds
            .values()
            .any(|hold| hold.state == HoldState::Lapsed)
    );
}

#[test]
fn an_open_order_records_once_that_its_confirmation_failed() {
    let mut shop = Shop::with_copies(2);
    shop.batch(&[add(ANN, 2), order(ANN)]);
    let failed = Command::ConfirmationFailed { code: CODE };
    for _ in 0..2 {
        shop.run(failed.clone()).unwrap();
        let order = &shop.world.orders[&CODE];
        assert_eq!((order.mail_failed, order.version), (true, 2));
    }
    let unknown = OrderCode::from_bits(1);
    assert_eq!(
        shop.run(Command::ConfirmationFailed { code: unknown }),
        Err(Refusal::NoSuchOrder(unknown))
    );
}

#[test]
fn an_overdue_order_stays_open_while_the_clock_is_in_doubt() {
    let mut shop = Shop::with_copies(2);
    shop.batch(&[add(ANN, 1), order(ANN), add(BEN, 1)]);
    shop.world.keep_overdue_orders = true;
    shop.advance(Terms::default().collect_within).batch(&[]);
    assert_eq!(
        (shop.stock().held, shop.stock().allocated),
        (0, 1),
        "holds expire, orders do not"
    );
    let close = Command::CloseOrder {
        code: CODE,
        closing: Closing::Collected,
    };
    let mut without_doubt = Shop {
        world: shop.world.clone(),
        movements: Vec::new(),
        journal: Vec::new(),
        receipts: Vec::new(),
    };
    shop.run(close.clone()).unwrap();
    assert_eq!(shop.world.orders[&CODE].state, OrderState::Collected);

    without_doubt.world.keep_overdue_orders = false;
    assert_eq!(without_doubt.run(close), Err(Refusal::OrderClosed));
    assert_eq!(without_doubt.world.orders[&CODE].state, OrderState::Overdue);
}
