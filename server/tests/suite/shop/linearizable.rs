//! Histories of concurrent shoppers over HTTP are linearizable, book by book. The checker is the
//! library `todc-utils`; this file has the sequential behaviour of one book.

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
    broken_store::{BrokenStore, Flaw},
    helpers::{Shopper, TestShop, spawn_shop, spawn_shop_over},
};

const SHOPPERS: usize = 6;
/// The most copies of one book for each shopper.
const LIMIT: u32 = 5;
/// Two books of the opening catalogue, and their copies.
const MAPS: &str = "maps-of-places-that-moved";
const MAPS_COPIES: u32 = 3;
const BREAD: &str = "bread-for-eleven-people";
const BREAD_COPIES: u32 = 5;

/// A request about one book.
#[derive(Debug, Clone, Copy)]
enum Request {
    Add(u32),
    /// Zero copies remove the line.
    Set(u32),
    Look,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
enum Answer {
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

/// A shopper's request and, once it is known, its answer.
#[derive(Debug, Clone)]
struct Operation {
    who: usize,
    request: Request,
    answer: Option<Answer>,
}

/// The sequential behaviour of a book with this many copies.
struct Book<const COPIES: u32>;

/// The level of a book, and what each shopper holds.
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
        let expected = after.carry_out(operation.who, operation.request);
        (operation.answer.as_ref() == Some(&expected), after)
    }
}

impl Shelf {
    fn carry_out(&mut self, who: usize, request: Request) -> Answer {
        let held = self.held[who];
        let wanted = match request {
            Request::Add(more) => held + more,
            Request::Set(copies) => copies,
            Request::Look => {
                return Answer::Level {
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
                return Answer::Refused(refusal.to_owned());
            }
        }
        self.available = self.available + held - wanted;
        self.version += u64::from(wanted != held);
        self.held[who] = wanted;
        Answer::Line {
            quantity: wanted,
            available: self.available,
            version: self.version,
        }
    }
}

/// The requests and answers of one book, in the order in which they were sent and received.
#[derive(Default)]
struct Record(Mutex<Vec<(usize, Action<Operation>)>>);

impl Record {
    async fn perform(&self, who: usize, request: Request, shopper: &Shopper, book: &str) {
        let mut operation = Operation {
            who,
            request,
            answer: None,
        };
        self.0.lock().unwrap().push((who, Call(operation.clone())));
        operation.answer = Some(request.make(shopper, book).await);
        self.0.lock().unwrap().push((who, Return(operation)));
    }

    /// Whether the history is linearizable.
    ///
    /// Each request must take effect at one moment between its sending and its answer, in an order
    /// that is the same for all (M. Herlihy, J. Wing, “Linearizability: A Correctness Condition for
    /// Concurrent Objects”, 1990).
    fn can_be_linearized<const COPIES: u32>(self) -> bool {
        let history = History::from_actions(self.0.into_inner().unwrap());
        WGLChecker::<Book<COPIES>>::is_linearizable(history)
    }
}

impl Request {
    async fn make(self, shopper: &Shopper, book: &str) -> Answer {
        let post = async |path: &str, copies: u32| {
            let form = [("book", book), ("quantity", &copies.to_string())];
            answer_of(shopper.post(path, &form).await).await
        };
        match self {
            Self::Add(copies) => post("/api/add_to_cart", copies).await,
            Self::Set(0) => answer_of(shopper.remove_from_cart(book).await).await,
            Self::Set(copies) => post("/api/set_quantity", copies).await,
            Self::Look => {
                let told = shopper.live(&format!("{book}:0")).await;
                Answer::Level {
                    available: told.stock[0].available,
                    version: told.stock[0].version,
                }
            }
        }
    }
}

async fn answer_of(response: Response) -> Answer {
    let status = response.status();
    let body = response.bytes().await.unwrap();
    if status == StatusCode::OK {
        let line = serde_json::from_slice::<LineAnswer>(&body).unwrap().line;
        return Answer::Line {
            quantity: line.quantity,
            available: line.level.available,
            version: line.level.version,
        };
    }
    assert_eq!(status, StatusCode::CONFLICT, "{body:?}");
    let refusal: serde_json::Value = serde_json::from_slice(&body).unwrap();
    Answer::Refused(refusal["code"].as_str().unwrap().to_owned())
}

/// Shoppers that have their cookies.
async fn shoppers(shop: &TestShop, count: usize) -> Vec<Shopper> {
    let arrivals = (0..count).map(async |_| {
        let shopper = shop.shopper();
        shopper.get("/api/cart").await;
        shopper
    });
    join_all(arrivals).await
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
                let request = match rng.random_range(0..10) {
                    0..4 => Request::Add(rng.random_range(1..3)),
                    4..6 => Request::Set(rng.random_range(0..7)),
                    6..8 => Request::Set(0),
                    _ => Request::Look,
                };
                record.perform(who, request, shopper, book).await;
            }
        });
        join_all(visits).await;
        assert!(maps.can_be_linearized::<MAPS_COPIES>(), "round {round}");
        assert!(bread.can_be_linearized::<BREAD_COPIES>(), "round {round}");
    }
}

/// The history of ten copies of `drop` on a broken store. Each shopper takes one and looks, all at
/// once or one after the other.
async fn history_of_broken_store(flaw: Flaw, at_once: bool) -> Record {
    let data = tempfile::tempdir().unwrap();
    let shop = spawn_shop_over(BrokenStore::open(data.path(), flaw).await, data).await;
    let record = Record::default();
    let visits = shoppers(&shop, 12).await;
    let visits = visits.iter().enumerate().map(async |(who, shopper)| {
        record.perform(who, Request::Add(1), shopper, "drop").await;
        record.perform(who, Request::Look, shopper, "drop").await;
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

/// Control: without a transaction, concurrent shoppers make a history that no order explains. The
/// history of sequential shoppers is linearizable, so the race is the cause.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_transaction_a_history_is_not_linearizable() {
    let sequential = history_of_broken_store(Flaw::NoTransaction, false).await;
    assert!(sequential.can_be_linearized::<10>());
    for _ in 0..20 {
        let at_once = history_of_broken_store(Flaw::NoTransaction, true).await;
        if !at_once.can_be_linearized::<10>() {
            return;
        }
    }
    panic!("twenty concurrent histories are all linearizable");
}

/// Control: an outdated level is not linearizable.
#[tokio::test(flavor = "multi_thread")]
async fn with_stale_levels_a_history_is_not_linearizable() {
    let stale = history_of_broken_store(Flaw::StaleLevels, false).await;
    assert!(!stale.can_be_linearized::<10>());
}
