//! Histories of concurrent shoppers over HTTP, each book's checked for
//! linearizability: every answer is true at one moment between its question and
//! its arrival, in one order for all.
//!
//! (M. Herlihy, J. Wing, “Linearizability: A Correctness Condition for Concurrent
//! Objects”, 1990.) The checker is a library's; here is only what a book does
//! when wishes come one after the other.

use std::sync::Mutex;

use futures::future::join_all;
use protocol::LineAnswer;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use reqwest::{Response, StatusCode};
use todc_utils::{
    Action::{self, Call, Response as Return},
    History, Specification, WGLChecker,
};

use crate::shop::{
    careless::{Careless, Carelessness},
    helpers::{Shopper, TestShop, spawn_shop, spawn_shop_over},
};

const SHOPPERS: usize = 6;
/// The most copies of one book for each.
const LIMIT: u32 = 5;
/// Two books of the opening catalogue, and how many copies of them there are.
const MAPS: &str = "maps-of-places-that-moved";
const MAPS_COPIES: u32 = 3;
const BREAD: &str = "bread-for-eleven-people";
const BREAD_COPIES: u32 = 5;

/// A wish about one book.
#[derive(Debug, Clone, Copy)]
enum Wish {
    Add(u32),
    /// None removes the line.
    Set(u32),
    Look,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
enum Saw {
    Line {
        quantity: u32,
        available: u32,
        version: u64,
    },
    Level {
        available: u32,
        version: u64,
    },
    Refused(String),
}

/// Who wished what and, once it is known, what came back.
#[derive(Debug, Clone)]
struct Operation {
    who: usize,
    wish: Wish,
    saw: Option<Saw>,
}

/// A book of so many copies, when wishes come one after the other.
struct Book<const COPIES: u32>;

/// Its level and what everybody holds of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Shelf {
    available: u32,
    version: u64,
    held: Vec<u32>,
}

impl<const COPIES: u32> Specification for Book<COPIES> {
    type State = Shelf;
    type Operation = Operation;

    fn init() -> Shelf {
        Shelf {
            available: COPIES,
            version: 1,
            held: Vec::new(),
        }
    }

    fn apply(operation: &Operation, shelf: &Shelf) -> (bool, Shelf) {
        let mut after = shelf.clone();
        after
            .held
            .resize(after.held.len().max(operation.who + 1), 0);
        let should_see = after.carry_out(operation.who, operation.wish);
        (operation.saw.as_ref() == Some(&should_see), after)
    }
}

impl Shelf {
    fn carry_out(&mut self, who: usize, wish: Wish) -> Saw {
        let held = self.held[who];
        let wanted = match wish {
            Wish::Add(more) => held + more,
            Wish::Set(copies) => copies,
            Wish::Look => {
                return Saw::Level {
                    available: self.available,
                    version: self.version,
                };
            }
        };
        if wanted > held {
            let refusal = match self.available {
                _ if wanted > LIMIT => Some("over_limit"),
                0 => Some("sold_out"),
                left if left < wanted - held => Some("too_few"),
                _ => None,
            };
            if let Some(refusal) = refusal {
                return Saw::Refused(refusal.to_owned());
            }
        }
        self.available = self.available + held - wanted;
        self.version += u64::from(wanted != held);
        self.held[who] = wanted;
        Saw::Line {
            quantity: wanted,
            available: self.available,
            version: self.version,
        }
    }
}

/// What happens to one book, in the order in which shoppers ask and are answered.
#[derive(Default)]
struct Record(Mutex<Vec<(usize, Action<Operation>)>>);

impl Record {
    async fn of(&self, who: usize, wish: Wish, shopper: &Shopper, book: &str) {
        let mut operation = Operation {
            who,
            wish,
            saw: None,
        };
        self.0.lock().unwrap().push((who, Call(operation.clone())));
        operation.saw = Some(wish.make(shopper, book).await);
        self.0.lock().unwrap().push((who, Return(operation)));
    }

    /// Whether one order explains all of it: whether it is linearizable.
    fn can_be_ordered<const COPIES: u32>(self) -> bool {
        let history = History::from_actions(self.0.into_inner().unwrap());
        WGLChecker::<Book<COPIES>>::is_linearizable(history)
    }
}

impl Wish {
    async fn make(self, shopper: &Shopper, book: &str) -> Saw {
        let post = async |path: &str, copies: u32| {
            let form = [("book", book), ("quantity", &copies.to_string())];
            saw(shopper.post(path, &form).await).await
        };
        match self {
            Self::Add(copies) => post("/api/add_to_cart", copies).await,
            Self::Set(0) => saw(shopper.remove_from_cart(book).await).await,
            Self::Set(copies) => post("/api/set_quantity", copies).await,
            Self::Look => {
                let told = shopper.live(&format!("{book}:0")).await;
                Saw::Level {
                    available: told.stock[0].available,
                    version: told.stock[0].version,
                }
            }
        }
    }
}

async fn saw(response: Response) -> Saw {
    let status = response.status();
    let body = response.bytes().await.unwrap();
    if status == StatusCode::OK {
        let line = serde_json::from_slice::<LineAnswer>(&body).unwrap().line;
        return Saw::Line {
            quantity: line.quantity,
            available: line.level.available,
            version: line.level.version,
        };
    }
    assert_eq!(status, StatusCode::CONFLICT, "{body:?}");
    let refusal: serde_json::Value = serde_json::from_slice(&body).unwrap();
    Saw::Refused(refusal["code"].as_str().unwrap().to_owned())
}

/// Shoppers who have their cookies.
async fn shoppers(shop: &TestShop, count: usize) -> Vec<Shopper> {
    let come = (0..count).map(async |_| {
        let shopper = shop.shopper();
        shopper.get("/api/cart").await;
        shopper
    });
    join_all(come).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_books_history_is_linearizable() {
    let seed: u64 = rand::random();
    println!("seed {seed}");
    for round in 0..20 {
        let shop = spawn_shop().await;
        let (maps, bread) = (Record::default(), Record::default());
        let visits = shoppers(&shop, SHOPPERS).await;
        let visits = visits.iter().enumerate().map(async |(who, shopper)| {
            let mut rng = StdRng::seed_from_u64(seed + round * 100 + who as u64);
            for _ in 0..20 {
                let (record, book) = match rng.random_bool(0.5) {
                    true => (&maps, MAPS),
                    false => (&bread, BREAD),
                };
                let wish = match rng.random_range(0..10) {
                    0..4 => Wish::Add(rng.random_range(1..3)),
                    4..6 => Wish::Set(rng.random_range(0..7)),
                    6..8 => Wish::Set(0),
                    _ => Wish::Look,
                };
                record.of(who, wish, shopper, book).await;
            }
        });
        join_all(visits).await;
        assert!(maps.can_be_ordered::<MAPS_COPIES>(), "round {round}");
        assert!(bread.can_be_ordered::<BREAD_COPIES>(), "round {round}");
    }
}

/// Ten copies of `drop` in a careless shop: so many take one and look, all at once
/// or one after the other.
async fn careless_history(how: Carelessness, at_once: bool) -> Record {
    let data = tempfile::tempdir().unwrap();
    let shop = spawn_shop_over(Careless::open(data.path(), how).await, data).await;
    let record = Record::default();
    let visits = shoppers(&shop, 12).await;
    let visits = visits.iter().enumerate().map(async |(who, shopper)| {
        record.of(who, Wish::Add(1), shopper, "drop").await;
        record.of(who, Wish::Look, shopper, "drop").await;
    });
    if at_once {
        join_all(visits).await;
    } else {
        for visit in visits {
            visit.await;
        }
    }
    record
}

/// The guard taken away: with no transaction, shoppers at once make a history that
/// no order explains. One after the other they do not, so it is the race that is seen.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_transaction_a_history_is_seen_not_to_be_linearizable() {
    let alone = careless_history(Carelessness::NoTransaction, false).await;
    assert!(alone.can_be_ordered::<10>());
    for _ in 0..20 {
        let at_once = careless_history(Carelessness::NoTransaction, true).await;
        if !at_once.can_be_ordered::<10>() {
            return;
        }
    }
    panic!("twenty races without a transaction, and none was lost");
}

/// The guard taken away: a level from before is no level of now.
#[tokio::test(flavor = "multi_thread")]
async fn with_stale_levels_a_history_is_seen_not_to_be_linearizable() {
    let stale = careless_history(Carelessness::StaleLevels, false).await;
    assert!(!stale.can_be_ordered::<10>());
}
