//! What the embedded store logs when its data is inconsistent, and how often.

use std::{
    io::{self, Write},
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use shop::{Command, HoldState, Quantity, ShopperId, Slug};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use store::{Options, Store, opening_catalogue, sqlite::SqliteStore};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};
use tracing::subscriber::DefaultGuard;

use crate::clock::TestClock;

const ANN: ShopperId = ShopperId::from_bytes([1; 16]);
const BEN: ShopperId = ShopperId::from_bytes([2; 16]);
const HOLD: Duration = Duration::from_secs(15 * 60);
const PATIENCE: Duration = Duration::from_secs(20);

/// A shop in which Ann holds a copy, and its log. The runtime has one thread, so this thread's log
/// includes what the writer logs.
struct Watched {
    shop: SqliteStore,
    clock: Arc<TestClock>,
    log: Log,
    data: TempDir,
    _log_ends: DefaultGuard,
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, words: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(words)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Watched {
    async fn open() -> Self {
        let (log, data) = (Log::default(), tempfile::tempdir().unwrap());
        let clock = Arc::new(TestClock::new());
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        let _log_ends = tracing::subscriber::set_default(subscriber);
        let (catalogue, own_clock) = (opening_catalogue(), Arc::clone(&clock));
        let shop =
            SqliteStore::open_with_clock(data.path(), catalogue, Options::default(), own_clock)
                .await
                .unwrap();
        shop.submit(add(ANN)).await.unwrap();
        Self {
            shop,
            clock,
            log,
            data,
            _log_ends,
        }
    }

    /// The number of log lines that contain a text.
    fn logged(&self, what: &str) -> usize {
        let log = String::from_utf8(self.log.0.lock().unwrap().clone()).unwrap();
        log.lines().filter(|line| line.contains(what)).count()
    }

    async fn until_logged(&self, what: &str, times: usize) {
        let logged = async {
            while self.logged(what) < times {
                sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(PATIENCE, logged).await.expect(what);
    }
}

fn book() -> Slug {
    opening_catalogue()[0].slug.parse().unwrap()
}

fn add(shopper: ShopperId) -> Command {
    Command::Add {
        shopper,
        book: book(),
        quantity: Quantity::ONE,
        key: None,
    }
}

async fn run_sql(data: &Path, statement: &'static str) {
    let file = SqliteConnectOptions::new().filename(data.join("shop.sqlite"));
    let mut db = SqliteConnection::connect_with(&file).await.unwrap();
    sqlx::query(statement).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn an_inconsistent_hold_ends_and_is_reported_once() {
    let watched = Watched::open().await;
    run_sql(watched.data.path(), "update stock set held = 0").await;
    watched.clock.pass(HOLD);
    watched.until_logged("hold 1 has ended", 1).await;
    // More batches follow, one of which ends Ben's hold.
    watched.shop.submit(add(BEN)).await.unwrap();
    watched.clock.pass(HOLD);
    watched.shop.submit(add(BEN)).await.unwrap();
    assert_eq!(watched.logged("contradicts itself"), 1);
    let cart = watched.shop.cart(ANN).await.unwrap();
    assert_eq!(cart.lines[0].state, HoldState::Lapsed);
}

#[tokio::test]
async fn a_hold_that_cannot_end_is_tried_again_once_a_second() {
    let watched = Watched::open().await;
    let broken =
        "create trigger broken before insert on movement begin select raise(abort, 'full'); end";
    run_sql(watched.data.path(), broken).await;
    let began = Instant::now();
    watched.clock.pass(HOLD);
    watched.until_logged("a batch failed", 3).await;
    let tries = watched.logged("a batch failed");
    let took = began.elapsed();
    assert!(
        tries < 5 && took > Duration::from_millis(1_500),
        "{tries} in {took:?}"
    );

    let mut watch = watched.shop.feed().watch(vec![book()]);
    run_sql(watched.data.path(), "drop trigger broken").await;
    let ended = async {
        while watch.levels().first().is_none_or(|level| level.in_carts) {
            watch.changed().await;
        }
    };
    timeout(PATIENCE, ended)
        .await
        .expect("Ann's hold should end");
}

#[tokio::test]
async fn a_hold_that_cannot_end_blocks_no_other_shopper() {
    let watched = Watched::open().await;
    let broken = "create trigger broken before insert on movement when new.kind = 'expired'
        begin select raise(abort, 'full'); end";
    run_sql(watched.data.path(), broken).await;
    watched.clock.pass(HOLD);
    watched.shop.submit(add(BEN)).await.unwrap();
    watched.until_logged("a batch failed", 1).await;
    // Ben can add copies however often ending Ann's hold fails.
    watched.until_logged("a batch failed", 2).await;
    watched.shop.submit(add(BEN)).await.unwrap();
    run_sql(watched.data.path(), "drop trigger broken").await;
    let ended = async {
        while watched.shop.cart(ANN).await.unwrap().lines[0].state == HoldState::Active
            || watched.shop.book(&book()).await.unwrap().level.available != 8
        {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, ended)
        .await
        .expect("Ann's hold should end");
}
