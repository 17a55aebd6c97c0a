//! What the staff change is recorded in the journal, and nothing else is.

use std::num::NonZeroI32;

use super::*;
use crate::{Act, JournalEntry, Reason, StaffCommand, StaffName};

fn ann() -> StaffName {
    "ann".parse().unwrap()
}

fn reason() -> Reason {
    "found in the cellar".parse().unwrap()
}

/// The command as Ann gives it.
fn by_ann(command: Command) -> Command {
    Command::ByStaff(Box::new(StaffCommand {
        by: Some(ann()),
        reason: Some(reason()),
        command,
    }))
}

fn restock(change: i32, key: Option<&str>) -> Command {
    Command::Restock {
        book: book(),
        change: NonZeroI32::new(change).unwrap(),
        reason: reason(),
        submission: key.map(|key| (BEN, key.parse().unwrap())),
    }
}

fn price(cents: u32) -> Command {
    Command::SetPrice {
        book: book(),
        price: Price::from_cents(cents),
    }
}

#[test]
fn a_change_is_recorded_with_its_author_its_time_and_its_reason() {
    let mut shop = Shop::with_copies(3);
    shop.run(by_ann(price(1_995))).unwrap();
    let entry = JournalEntry {
        at: shop.world.now,
        by: Some(ann()),
        act: Act::Priced {
            book: book(),
            before: Price::from_cents(2_000),
            price: Price::from_cents(1_995),
        },
        reason: Some(reason()),
    };
    assert_eq!(shop.journal, [entry]);
}

#[test]
fn each_kind_of_change_is_recorded_as_what_it_was() {
    let mut shop = Shop::with_copies(3);
    let withdraw = |withdrawn| Command::Withdraw {
        book: book(),
        withdrawn,
        reason: reason(),
    };
    let sale = Sale {
        opens_at: Some(shop.world.now + Duration::from_secs(60)),
        limit: Some(2),
    };
    let on_hand = 7;
    let count = Command::Count {
        book: book(),
        on_hand,
        reason: reason(),
    };
    shop.run(by_ann(restock(2, None))).unwrap();
    shop.run(by_ann(count)).unwrap();
    shop.run(by_ann(withdraw(true))).unwrap();
    shop.run(by_ann(withdraw(false))).unwrap();
    let set_sale = Command::SetSale {
        book: book(),
        sale,
        seen: None,
    };
    shop.run(by_ann(set_sale)).unwrap();
    let acts: Vec<Act> = shop.journal.into_iter().map(|entry| entry.act).collect();
    let book = book();
    let change = NonZeroI32::new(2).unwrap();
    let expected = [
        Act::Restocked {
            book: book.clone(),
            change,
        },
        Act::Counted {
            book: book.clone(),
            before: 5,
            on_hand,
        },
        Act::Withdrawn { book: book.clone() },
        Act::SoldAgain { book: book.clone() },
        Act::SaleSet {
            book,
            opens_at: sale.opens_at,
            limit: sale.limit,
        },
    ];
    assert_eq!(acts, expected);
}

#[test]
fn the_copies_that_are_taken_back_are_recorded() {
    let mut shop = Shop::with_copies(3);
    shop.run(add(BEN, 2)).unwrap();
    let take_back = Command::TakeBack {
        shopper: BEN,
        book: book(),
        hold: None,
        reason: reason(),
    };
    shop.run(by_ann(take_back)).unwrap();
    let taken_back = Act::TakenBack {
        book: book(),
        copies: 2,
    };
    assert_eq!(shop.journal[0].act, taken_back);
}

#[test]
fn an_order_that_is_marked_twice_is_recorded_once() {
    let mut shop = Shop::with_copies(3);
    shop.batch(&[add(ANN, 1), order(ANN)]);
    for _ in 0..2 {
        shop.run(by_ann(Command::ReadyOrder { code: CODE }))
            .unwrap();
    }
    let close = |closing| Command::CloseOrder {
        code: CODE,
        closing,
    };
    for _ in 0..2 {
        shop.run(by_ann(close(Closing::Collected))).unwrap();
    }
    let refused = shop.run(by_ann(close(Closing::Cancelled)));
    assert_eq!(refused, Err(Refusal::OrderClosed));
    let acts: Vec<Act> = shop.journal.into_iter().map(|entry| entry.act).collect();
    let expected = [
        Act::OrderReady { order: CODE },
        Act::OrderCollected { order: CODE },
    ];
    assert_eq!(acts, expected);
}

#[test]
fn what_is_refused_or_changes_nothing_is_not_recorded() {
    let mut shop = Shop::with_copies(3);
    let refused = shop.run(by_ann(restock(-4, None)));
    assert!(refused.is_err(), "{refused:?}");
    shop.run(by_ann(price(2_000))).unwrap();
    assert_eq!(shop.journal, []);
}

#[test]
fn a_repeated_submission_is_recorded_once() {
    let mut shop = Shop::with_copies(3);
    let restock = by_ann(restock(2, Some("a-key-of-a-form")));
    let twice = [restock.clone(), restock.clone()];
    assert!(shop.batch(&twice).iter().all(Result::is_ok));
    shop.run(restock).unwrap();
    assert_eq!((shop.journal.len(), shop.stock().on_hand), (1, 5));
}

#[test]
fn what_shoppers_and_the_shop_itself_do_is_not_recorded() {
    let mut shop = Shop::with_copies(3);
    shop.batch(&[add(ANN, 1), order(ANN)]);
    let cancel = Command::CloseOrder {
        code: CODE,
        closing: Closing::Cancelled,
    };
    shop.run(cancel).unwrap();
    assert_eq!(shop.journal, []);
}
