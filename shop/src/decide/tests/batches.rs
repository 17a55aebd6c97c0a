//! Batches as a whole, idempotency keys, and restocking.

use std::num::NonZeroI32;

use super::*;

#[test]
fn a_batch_is_executed_in_order_and_a_refusal_affects_no_other_command() {
    let mut shop = Shop::with_copies(3);
    let answers = shop.batch(&[
        add(ANN, 2),
        add(BEN, 2),
        set(ANN, 1),
        add(BEN, 2),
        extend(BEN),
    ]);
    let accepted: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(accepted, [true, false, true, true, true]);
    assert_eq!((shop.stock().held, shop.stock().version), (3, 4));
}

/// A command is never half executed, even if somebody has edited the data.
#[test]
fn a_refused_command_changes_nothing_even_if_the_data_contradicts_itself() {
    let mut shop = Shop::with_copies(2);
    // The line of this second book is ordered after the line of the first.
    let second = Slug::parse("second").unwrap();
    let shelf = shop.world.books[&book()];
    shop.world.books.insert(second.clone(), shelf);
    let add_second = Command::Add {
        shopper: ANN,
        book: second.clone(),
        quantity: Quantity::ONE,
        key: None,
    };
    let wait = Command::Wait {
        shopper: BEN,
        book: second.clone(),
        live: true,
        email: None,
        key: None,
    };
    // Ben is offered a copy of the second book; then the test puts him back on its waitlist.
    shop.batch(&[add(ANN, 1), add_second, wait]);
    let bens_wait = Wait {
        shopper: BEN,
        book: second.clone(),
        place: 1,
        since: shop.world.now,
        ends_at: shop.world.now + Wait::DURATION,
        reachable_until: Timestamp::default(),
        email: None,
    };
    shop.apply_waits([((second.clone(), BEN), Some(bens_wait))].into());
    shop.world.books.get_mut(&second).unwrap().stock.held = 0;
    let leave = Command::Leave {
        shopper: BEN,
        book: second.clone(),
    };
    let give_back = Command::SetQuantity {
        shopper: ANN,
        book: second.clone(),
        quantity: None,
    };
    let take_back = Command::TakeBack {
        shopper: ANN,
        book: second,
        hold: None,
        reason: "damaged".parse().unwrap(),
    };
    for command in [order(ANN), leave, give_back, take_back] {
        let mut world = shop.world.clone();
        let refused = world.submit(&command);
        assert!(
            matches!(refused, Err(Refusal::SoldOut { .. })),
            "{command:?}: {refused:?}"
        );
        assert_eq!(world.changes, Changes::default(), "{command:?}");
    }
}

#[test]
fn the_same_submission_twice_has_the_effect_of_one() {
    let mut shop = Shop::with_copies(9);
    let submission = with_key(add(ANN, 2), "key-of-one-click");
    let answers = shop.batch(&[submission.clone(), submission.clone()]);
    assert_eq!(answers[0], answers[1]);
    shop.advance(HOLD / 2);
    assert_eq!(shop.run(submission), answers[0]);
    assert_eq!(shop.stock().held, 2);
    let other = with_key(add(ANN, 1), "key-of-one-click");
    assert_eq!(shop.run(other), Err(Refusal::KeyReused));
    let from_ben = with_key(add(BEN, 1), "key-of-one-click");
    assert!(
        shop.run(from_ben).is_ok(),
        "keys of different shoppers are independent"
    );
}

#[test]
fn the_stock_is_never_lowered_below_the_held_and_allocated_copies() {
    let mut shop = Shop::with_copies(5);
    shop.batch(&[add(ANN, 2), order(ANN), add(BEN, 1)]);
    let restock = |change| Command::Restock {
        book: book(),
        change: NonZeroI32::new(change).unwrap(),
        reason: "count".parse().unwrap(),
        submission: None,
    };
    assert_eq!(
        shop.run(restock(-3)),
        Err(Refusal::Promised { promised: 3 })
    );
    assert!(shop.run(restock(-2)).is_ok());
    assert!(shop.run(restock(i32::MIN)).is_err());
    assert!(shop.run(restock(10)).is_ok());
    assert_eq!((shop.stock().on_hand, shop.stock().available()), (13, 10));
    assert!(shop.run(restock(i32::MAX)).is_ok());
    let refused = shop.run(restock(i32::MAX));
    assert_eq!(
        refused,
        Err(Refusal::TooManyCopies),
        "the count would overflow"
    );
}
