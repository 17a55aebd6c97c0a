//! Random commands, some of them repeated.

use std::{collections::VecDeque, iter, num::NonZeroI32, time::Duration};

use rand::{RngExt, rngs::StdRng};
use shop::{
    Basket, BasketLine, Closing, Command, Contact, Key, OrderCode, OrderState, Price, Quantity,
    ReceiptCode, Sale, ShopperId, Slug, StaffCommand, Timestamp,
};

use super::{arithmetic::Model, pick};
use crate::contract::harness::{add, keyed, place, shopper};

const BOOKS: usize = 3;

/// A command and its shopper. The command may repeat an earlier submission.
pub fn random_command(
    rng: &mut StdRng,
    who: u8,
    model: &Model,
    sent: &VecDeque<(u64, u8, Command)>,
    now: Timestamp,
) -> (u8, Command) {
    if !sent.is_empty() && rng.random_bool(0.15) {
        let (_, who, before) = &sent[rng.random_range(0..sent.len())];
        return (*who, once_more(rng, before));
    }
    let command = new_command(rng, who, model, now);
    if is_for_staff(&command) && rng.random_bool(0.5) {
        return (who, by_staff(command));
    }
    if rng.random_bool(0.5) {
        let key = format!("key-{:016x}", rng.random::<u64>());
        return (who, keyed(command, &key));
    }
    (who, command)
}

/// The same submission, or sometimes a different command with the same key.
fn once_more(rng: &mut StdRng, before: &Command) -> Command {
    let altered = rng.random_bool(0.2);
    let mut again = before.clone();
    match &mut again {
        Command::Add { quantity, .. } if altered => {
            *quantity = Quantity::new(quantity.get() + 1).unwrap();
        }
        Command::PlaceOrder { code, contact, .. } => {
            // Each sending of an order has its own code.
            *code = OrderCode::from_bits(rng.random());
            if altered {
                *contact = Contact::parse("Ben", "ben@example.org").unwrap();
            }
        }
        // So has each sending of what happens at the counter.
        Command::SellAtCounter { receipt, .. } | Command::TakeReturn { receipt, .. } => {
            *receipt = ReceiptCode::from_bits(rng.random());
        }
        _ => {}
    }
    again
}

/// Whether staff give such commands. Nobody else does, apart from a shopper who cancels an order.
fn is_for_staff(command: &Command) -> bool {
    matches!(
        command,
        Command::Restock { .. }
            | Command::Count { .. }
            | Command::SetPrice { .. }
            | Command::SetSale { .. }
            | Command::TakeBack { .. }
            | Command::ReadyOrder { .. }
            | Command::CloseOrder { .. }
            | Command::SellAtCounter { .. }
            | Command::TakeReturn { .. }
    )
}

/// The command with an author, which must have the same effect.
fn by_staff(command: Command) -> Command {
    Command::ByStaff(Box::new(StaffCommand {
        by: Some("ann".parse().unwrap()),
        reason: None,
        command,
    }))
}

fn new_command(rng: &mut StdRng, who: u8, model: &Model, now: Timestamp) -> Command {
    let book = model
        .on_hand
        .keys()
        .nth(rng.random_range(0..BOOKS))
        .unwrap();
    let (book, shopper) = (book.clone(), shopper(who));
    match rng.random_range(0..37) {
        33..35 => counter_sale(rng, model, shopper, book),
        35..37 => Command::TakeReturn {
            receipt: ReceiptCode::from_bits(rng.random()),
            book,
            quantity: Quantity::new(rng.random_range(1..3)).unwrap(),
            refund: None,
            damaged: rng.random_bool(0.3),
            reason: "returned".parse().unwrap(),
            submission: submission(rng, shopper),
        },
        30 => Command::TakeBack {
            shopper,
            book,
            hold: None,
            reason: "damaged".parse().unwrap(),
        },
        31 => Command::ReadyOrder {
            code: pick(rng, &model.orders)
                .map_or(OrderCode::from_bits(rng.random()), |(code, _)| *code),
        },
        // Setting a price changes no cart line and moves no copy.
        32 => Command::SetPrice {
            book,
            price: Price::from_cents(rng.random_range(1_990..2_010)),
        },
        20..25 => Command::Wait {
            shopper,
            book,
            live: rng.random_bool(0.7),
            email: None,
            key: None,
        },
        25..27 => Command::Leave { shopper, book },
        27 => Command::Accept { shopper, book },
        28 => Command::OfferAvailable { books: vec![book] },
        29 => Command::SetSale {
            book,
            sale: random_sale(rng, now),
            seen: None,
        },
        0..7 => add(shopper, book.as_str(), rng.random_range(1..4)),
        7..11 => {
            let quantity = Quantity::new(rng.random_range(0..5)).ok();
            Command::SetQuantity {
                shopper,
                book,
                quantity,
            }
        }
        11..13 => Command::Extend { shopper, book },
        13..16 => place(shopper, rng.random()),
        16..18 => {
            let (open, closed) = (&model.orders, &model.closed);
            let code = match rng.random_range(0..8) {
                0 => closed.last_key_value().map(|(code, _)| *code),
                _ => pick(rng, open).map(|(code, _)| *code),
            };
            Command::CloseOrder {
                code: code.unwrap_or(OrderCode::from_bits(rng.random())),
                closing: if rng.random_bool(0.5) {
                    Closing::Collected
                } else {
                    Closing::Cancelled
                },
            }
        }
        18 => Command::Count {
            book,
            on_hand: rng.random_range(0..12),
            reason: "counted".parse().unwrap(),
        },
        _ => Command::Restock {
            book,
            // Zero is no change; use a change larger than any stock instead.
            change: NonZeroI32::new(rng.random_range(-4..6)).unwrap_or(NonZeroI32::MIN),
            reason: "count".parse().unwrap(),
            submission: None,
        },
    }
}

/// A sale at the counter of this book, and perhaps another.
fn counter_sale(rng: &mut StdRng, model: &Model, shopper: ShopperId, book: Slug) -> Command {
    let other = pick(rng, &model.on_hand).map(|(book, _)| book.clone());
    let other = other.filter(|other| *other != book && rng.random_bool(0.5));
    let mut basket = Basket::default();
    for book in iter::once(book).chain(other) {
        let line = BasketLine {
            book,
            quantity: Quantity::new(rng.random_range(1..4)).unwrap(),
            shown: None,
        };
        basket.add(line).unwrap();
    }
    Command::SellAtCounter {
        receipt: ReceiptCode::from_bits(rng.random()),
        basket,
        submission: submission(rng, shopper),
    }
}

/// A sender with a key, or neither.
fn submission(rng: &mut StdRng, shopper: ShopperId) -> Option<(ShopperId, Key)> {
    let key = format!("key-{:016x}", rng.random::<u64>());
    rng.random_bool(0.5)
        .then(|| (shopper, key.parse().unwrap()))
}

/// Random terms of sale, about half of them the default, so that enough is sold.
fn random_sale(rng: &mut StdRng, now: Timestamp) -> Sale {
    let soon = now + Duration::from_millis(rng.random_range(0..600_000));
    Sale {
        opens_at: rng.random_bool(0.3).then_some(soon),
        limit: rng.random_bool(0.3).then(|| rng.random_range(1..4)),
    }
}

/// The state of an order that was closed in this way.
pub fn state(how: Option<Closing>) -> OrderState {
    match how {
        Some(Closing::Collected) => OrderState::Collected,
        Some(Closing::Cancelled) => OrderState::Cancelled,
        None => OrderState::Overdue,
    }
}
