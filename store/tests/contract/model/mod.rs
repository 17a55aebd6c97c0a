//! Random operations of many shoppers against a simple model, with the audit.
//!
//! `MODEL_OPERATIONS` says how many; a million is for a run by command:
//! `MODEL_OPERATIONS=1000000 cargo test --release -p store --test contract model`.

mod arithmetic;

use std::time::Duration;

use futures_util::future::join_all;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use shop::{Closing, Command, Done, OrderCode, Quantity, Terms};
use store::StoreError;

use crate::harness::{HOUR, Kind, Opening, TestShop, add, place, shopper};
use arithmetic::Model;

const BOOKS: usize = 3;
const SHOPPERS: u8 = 8;
const COPIES: u32 = 7;

pub async fn the_shop_does_what_the_model_does(kind: Kind) -> TestShop {
    let operations: u32 = std::env::var("MODEL_OPERATIONS").map_or(4_000, |n| n.parse().unwrap());
    let seed = std::env::var("MODEL_SEED").map_or(7, |seed| seed.parse().unwrap());
    println!("{operations} operations from seed {seed}");
    match compare(kind, operations, seed).await {
        Ok(shop) => shop,
        Err(Divergence(what)) => panic!("{what}"),
    }
}

/// Where the shop did something else than the model, in words.
#[derive(Debug)]
pub struct Divergence(pub String);

/// Sends a new shop so many random commands, and compares it with the model after each batch.
pub async fn compare(kind: Kind, operations: u32, seed: u64) -> Result<TestShop, Divergence> {
    let books = ["first", "second", "third"].map(|book| (book, COPIES));
    let mut shop = TestShop::open(kind, Opening::of(&books)).await;
    let terms = Terms::default();
    let mut rng = StdRng::seed_from_u64(seed);
    let (mut model, mut now) = (Model::default(), 0);
    for on_shelf in shop.store.shelf().await.unwrap() {
        model.on_hand.insert(on_shelf.book.slug, COPIES);
    }

    let mut done = 0;
    while done < operations {
        // Time passes between batches; sometimes a lot of it.
        let wait = if rng.random_bool(0.02) {
            200 * HOUR
        } else {
            Duration::from_millis(rng.random_range(0..400_000))
        };
        shop.pass(wait).await;
        now += u64::try_from(wait.as_millis()).unwrap();
        if rng.random_bool(0.005) {
            shop = shop.reopened().await;
        }
        let mut expected = Vec::new();
        for _ in 0..rng.random_range(1..40) {
            let who = rng.random_range(0..SHOPPERS);
            let command = random_command(&mut rng, who, &model);
            let yes = model.carry_out(&command, who, now, &terms);
            expected.push((command, yes));
        }
        // All at once, in this order: the queue keeps it.
        let asked = expected.iter().map(|(command, _)| command.clone());
        let answers = join_all(asked.map(|command| shop.store.submit(command))).await;
        for ((command, yes), answer) in expected.iter().zip(answers) {
            agree(command, *yes, answer)?;
        }
        for book in model.on_hand.keys() {
            let (shown, left) = (shop.available(book.as_str()).await, model.available(book));
            if shown != left {
                let what = format!("{shown} of {book} and not {left} after {done} operations");
                return Err(Divergence(what));
            }
        }
        done += u32::try_from(expected.len()).unwrap();
        if operations <= 10_000 || rng.random_bool(0.001) {
            let findings = shop.premises.audit().await;
            if !findings.is_empty() {
                return Err(Divergence(findings.join("; ")));
            }
        }
    }
    Ok(shop)
}

fn agree(command: &Command, yes: bool, answer: Result<Done, StoreError>) -> Result<(), Divergence> {
    let what = match answer {
        Ok(_) if yes => return Ok(()),
        Err(StoreError::Refused(_)) if !yes => return Ok(()),
        Ok(_) => "done, and should not have been".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(Divergence(format!("{what}: {command:?}")))
}

fn random_command(rng: &mut StdRng, who: u8, model: &Model) -> Command {
    let book = model
        .on_hand
        .keys()
        .nth(rng.random_range(0..BOOKS))
        .unwrap()
        .clone();
    let shopper = shopper(who);
    match rng.random_range(0..20) {
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
            let open = model.orders.len();
            let code = match open {
                0 => OrderCode::from_bits(rng.random()),
                _ => *model.orders.keys().nth(rng.random_range(0..open)).unwrap(),
            };
            let collected = rng.random_bool(0.5);
            let closing = if collected {
                Closing::Collected
            } else {
                Closing::Cancelled
            };
            Command::CloseOrder { code, closing }
        }
        _ => Command::Restock {
            book,
            change: rng.random_range(-4..6),
            reason: "count".to_owned(),
        },
    }
}
