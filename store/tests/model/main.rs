//! Random operations of many shoppers against a simple model, with the audit.
//!
//! `MODEL_OPERATIONS` says how many; a million is for a run by command:
//! `MODEL_OPERATIONS=1000000 cargo test --release -p store --test model`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use shop::{
    Closing, Command, Contact, Done, OrderCode, Quantity, Refusal, ShopperId, Slug, Terms,
    Timestamp,
};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use store::{
    Clock, NewBook, Store, StoreError, opening_catalogue,
    sqlite::{Inspection, Options, SqliteStore},
};

mod arithmetic;

use arithmetic::Model;

/// A clock that stands until it is moved.
#[derive(Default)]
struct TestClock(AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(SeqCst))
    }
}

const BOOKS: usize = 3;
const SHOPPERS: u8 = 8;
const COPIES: u32 = 7;

fn shopper(number: u8) -> ShopperId {
    ShopperId::from_bytes([number; 16])
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
        0..7 => {
            let quantity = Quantity::new(rng.random_range(1..4)).unwrap();
            Command::Add {
                shopper,
                book,
                quantity,
                key: None,
            }
        }
        7..11 => {
            let quantity = Quantity::new(rng.random_range(0..5)).ok();
            Command::SetQuantity {
                shopper,
                book,
                quantity,
            }
        }
        11..13 => Command::Extend { shopper, book },
        13..16 => {
            let contact = Contact::parse("Ann", "ann@example.org").unwrap();
            let code = OrderCode::from_bits(rng.random());
            Command::PlaceOrder {
                shopper,
                code,
                contact,
                key: None,
            }
        }
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

async fn open(data: &Path, clock: &Arc<TestClock>) -> SqliteStore {
    let opening: Vec<NewBook> = opening_catalogue()[..BOOKS]
        .iter()
        .map(|book| NewBook {
            copies: COPIES,
            ..*book
        })
        .collect();
    let options = Options {
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        ..Options::default()
    };
    SqliteStore::open(data, &opening, options).await.unwrap()
}

async fn audit(data: &Path) -> Vec<String> {
    let findings = Inspection::open(data).await.unwrap().audit().await.unwrap();
    findings
        .into_iter()
        .map(|finding| format!("{}: {}", finding.subject, finding.what))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_does_what_the_model_does_and_the_audit_is_clean() {
    let operations: u32 = std::env::var("MODEL_OPERATIONS").map_or(4_000, |n| n.parse().unwrap());
    let seed = std::env::var("MODEL_SEED").map_or(7, |seed| seed.parse().unwrap());
    println!("{operations} operations from seed {seed}");
    let data = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock(AtomicU64::new(1_000_000_000)));
    let shop = open(data.path(), &clock).await;
    let terms = Terms::default();
    let mut rng = StdRng::seed_from_u64(seed);
    let mut model = Model::default();
    for on_shelf in shop.shelf().await.unwrap() {
        model.on_hand.insert(on_shelf.book.slug, COPIES);
    }

    let mut done = 0;
    while done < operations {
        // Time passes between batches; sometimes a lot of it.
        let wait = if rng.random_bool(0.02) {
            200 * 3_600_000
        } else {
            rng.random_range(0..400_000)
        };
        let now = clock.0.fetch_add(wait, SeqCst) + wait;
        let mut expected = Vec::new();
        let mut asked = Vec::new();
        for _ in 0..rng.random_range(1..40) {
            let who = rng.random_range(0..SHOPPERS);
            let command = random_command(&mut rng, who, &model);
            expected.push((command.clone(), model.carry_out(&command, who, now, &terms)));
            asked.push(command);
        }
        // All at once, in this order: the queue keeps it.
        let answers =
            futures_util::future::join_all(asked.into_iter().map(|c| shop.submit(c))).await;
        for ((command, yes), answer) in expected.iter().zip(answers) {
            match answer {
                Ok(Done::Closed) if !yes => panic!("closed, which the model did not: {command:?}"),
                Ok(_) => assert!(yes, "done, and should not have been: {command:?}"),
                Err(StoreError::Refused(refusal)) => assert!(!yes, "{refusal}: {command:?}"),
                Err(error) => panic!("{error}: {command:?}"),
            }
        }
        for (book, _) in model.on_hand.clone() {
            let level = shop.book(&book).await.unwrap().level;
            assert_eq!(
                level.available,
                model.available(&book),
                "{book} after {done} operations"
            );
        }
        done += u32::try_from(expected.len()).unwrap();
        if operations <= 10_000 || rng.random_bool(0.001) {
            assert_eq!(audit(data.path()).await, Vec::<String>::new());
        }
    }
    assert_eq!(audit(data.path()).await, Vec::<String>::new());
    shop.close().await;
}

/// The positive control: every rule of the audit finds its own breach.
#[tokio::test]
async fn the_audit_finds_what_is_wrong() {
    for (breach, found) in [
        ("update stock set held = held + 1 where book_id = 1", "held"),
        (
            "update stock set on_hand = on_hand + 1 where book_id = 1",
            "its movements say",
        ),
        (
            "update stock set version = version + 1 where book_id = 1",
            "movements go from",
        ),
        ("update hold set quantity = 5", "active holds have"),
        ("update hold set state = 'released'", "its movements hold"),
        (
            "update shop_order set state = 'cancelled', closed_at = 1",
            "open orders have",
        ),
        (
            "insert into movement (book_id, version, kind, on_hand, held, allocated, at) values (1, 99, 'held', 0, 50, 0, 0)",
            "were available",
        ),
    ] {
        let data = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(AtomicU64::new(1_000_000_000)));
        let shop = open(data.path(), &clock).await;
        let contact = Contact::parse("Ann", "ann@example.org").unwrap();
        let (ann, ben, key) = (shopper(1), shopper(2), None);
        let book: Slug = opening_catalogue()[0].slug.parse().unwrap();
        let add = |shopper| Command::Add {
            shopper,
            book: book.clone(),
            quantity: Quantity::ONE,
            key: None,
        };
        shop.submit(add(ann)).await.unwrap();
        let code = OrderCode::from_bits(5);
        shop.submit(Command::PlaceOrder {
            shopper: ann,
            code,
            contact,
            key,
        })
        .await
        .unwrap();
        shop.submit(add(ben)).await.unwrap();
        shop.close().await;
        assert_eq!(audit(data.path()).await, Vec::<String>::new());

        let file = SqliteConnectOptions::new().filename(data.path().join("shop.sqlite"));
        let mut db = SqliteConnection::connect_with(&file).await.unwrap();
        sqlx::query("pragma ignore_check_constraints = on")
            .execute(&mut db)
            .await
            .unwrap();
        sqlx::query(breach).execute(&mut db).await.unwrap();
        db.close().await.unwrap();
        let findings = audit(data.path()).await;
        assert!(
            findings.iter().any(|finding| finding.contains(found)),
            "{breach}: {findings:?}"
        );
    }
}

#[tokio::test]
async fn the_ledger_can_only_grow() {
    let data = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::default());
    open(data.path(), &clock).await.close().await;
    let file = SqliteConnectOptions::new().filename(data.path().join("shop.sqlite"));
    let mut db = SqliteConnection::connect_with(&file).await.unwrap();
    for statement in ["update movement set on_hand = 99", "delete from movement"] {
        let refused = sqlx::query(statement)
            .execute(&mut db)
            .await
            .unwrap_err()
            .to_string();
        assert!(refused.contains("movement_is_never"), "{refused}");
    }
}

/// With nobody asking, a hold that is over comes back within a second.
#[tokio::test]
async fn a_hold_that_is_over_comes_back_by_itself() {
    let data = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock(AtomicU64::new(1_000_000_000)));
    let shop = open(data.path(), &clock).await;
    let book: Slug = opening_catalogue()[0].slug.parse().unwrap();
    let quantity = Quantity::ONE;
    let add = Command::Add {
        shopper: shopper(1),
        book: book.clone(),
        quantity,
        key: None,
    };
    shop.submit(add).await.unwrap();
    let watch = shop.feed().watch(vec![book]);
    clock.0.fetch_add(15 * 60 * 1_000, SeqCst);
    tokio::time::timeout(Duration::from_secs(1), watch.changed())
        .await
        .expect("within a second");
    assert_eq!(watch.levels()[0].available, COPIES);
    let refused = shop.submit(Command::Extend {
        shopper: shopper(1),
        book: watch.books()[0].clone(),
    });
    assert!(matches!(
        refused.await,
        Err(StoreError::Refused(Refusal::NotInCart))
    ));
}

#[tokio::test]
async fn a_backup_of_a_running_shop_brings_it_back() {
    let data = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock(AtomicU64::new(1_000_000_000)));
    let shop = open(data.path(), &clock).await;
    let book: Slug = opening_catalogue()[0].slug.parse().unwrap();
    let add = |number| {
        let (shopper, quantity) = (shopper(number), Quantity::ONE);
        Command::Add {
            shopper,
            book: book.clone(),
            quantity,
            key: None,
        }
    };
    shop.submit(add(1)).await.unwrap();
    let file = data.path().join("backup.sqlite");
    Inspection::open(data.path())
        .await
        .unwrap()
        .backup(&file)
        .await
        .unwrap();
    shop.submit(add(2)).await.unwrap();
    let open_shop = store::sqlite::restore(data.path(), &file).await;
    assert!(
        matches!(open_shop, Err(store::OpenError::InUse(_))),
        "not under a running shop"
    );
    shop.close().await;
    drop(shop);

    let kept = store::sqlite::restore(data.path(), &file).await.unwrap();
    assert!(kept.unwrap().exists(), "what was there is kept");
    let shop = open(data.path(), &clock).await;
    let level = shop.book(&book).await.unwrap().level;
    assert_eq!((level.available, level.version), (COPIES - 1, 2));
    assert_eq!(audit(data.path()).await, Vec::<String>::new());
    std::fs::write(&file, "no database").unwrap();
    drop(shop);
}
