//! What is decided about a batch as a whole, and about the stock.

use std::num::NonZeroI32;

use super::*;

#[test]
fn a_batch_is_decided_in_its_order_and_each_command_fails_alone() {
    let mut shop = Shop::with_copies(3);
    let answers = shop.batch(&[
        add(ANN, 2),
        add(BEN, 2),
        set(ANN, 1),
        add(BEN, 2),
        extend(BEN),
    ]);
    let fine: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(fine, [true, false, true, true, true]);
    assert_eq!((shop.stock().held, shop.stock().version), (3, 4));
}

#[test]
fn the_same_submission_twice_has_the_effect_of_one() {
    let mut shop = Shop::with_copies(9);
    let submission = keyed(add(ANN, 2), "key-of-one-click");
    let answers = shop.batch(&[submission.clone(), submission.clone()]);
    assert_eq!(answers[0], answers[1]);
    shop.after(HOLD / 2);
    assert_eq!(shop.one(submission), answers[0]);
    assert_eq!(shop.stock().held, 2);
    let other = keyed(add(ANN, 1), "key-of-one-click");
    assert_eq!(shop.one(other), Err(Refusal::KeyReused));
    let bens = keyed(add(BEN, 1), "key-of-one-click");
    assert!(
        shop.one(bens).is_ok(),
        "another shopper's key is another key"
    );
}

#[test]
fn the_stock_is_never_lowered_below_what_is_promised() {
    let mut shop = Shop::with_copies(5);
    shop.batch(&[add(ANN, 2), order(ANN), add(BEN, 1)]);
    let restock = |change| Command::Restock {
        book: drop(),
        change: NonZeroI32::new(change).unwrap(),
        reason: "count".parse().unwrap(),
        submission: None,
    };
    assert_eq!(
        shop.one(restock(-3)),
        Err(Refusal::Promised { promised: 3 })
    );
    assert!(shop.one(restock(-2)).is_ok());
    assert!(shop.one(restock(i32::MIN)).is_err());
    assert!(shop.one(restock(10)).is_ok());
    assert_eq!((shop.stock().on_hand, shop.stock().available()), (13, 10));
    assert!(shop.one(restock(i32::MAX)).is_ok());
    let refused = shop.one(restock(i32::MAX));
    assert_eq!(
        refused,
        Err(Refusal::TooManyCopies),
        "there is no such count"
    );
}
