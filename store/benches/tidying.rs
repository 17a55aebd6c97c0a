//! Measures what a hold costs while expired rows are deleted, in SQLite and in PostgreSQL:
//! `scripts/with-postgres cargo bench --profile release -p store --bench tidying`.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

use std::{
    env,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use async_trait::async_trait;
use shop::{Command, Quantity, ShopperId, Timestamp};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection,
    sqlite::SqliteConnectOptions,
};
use store::{
    Clock, NewBook, Options, SteadyClock, Store, StoreError, opening_catalogue,
    postgres::{DatabaseUrl, PostgresStore, migrate},
    sqlite::SqliteStore,
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

const BOOK: &str = "drop";
/// More copies than all turns take, so that each hold is granted.
const COPIES: u32 = 4_000_000;
const TURNS: usize = 5;
const WARM_UP: Duration = Duration::from_secs(2);
const HOUR: u64 = 60 * 60 * 1_000;
/// Submissions are kept for 48 hours.
const KEPT: u64 = 48 * HOUR;
/// An answer as long as that of a granted hold.
const ANSWER: &str = r#"{"line":{"quantity":1,"price":2000,"expires_at":1795284000000,"level":{"book":"drop","available":3999999,"in_carts":true,"version":12345678}}}"#;

/// A shop that can be opened for a turn.
#[async_trait(?Send)]
trait Premises {
    async fn open(&self) -> Arc<dyn Store>;
    /// The submissions that are due to be deleted.
    async fn due(&self) -> u64;
}

/// The figures of all turns of one shop.
#[derive(Default)]
struct Figures {
    /// Holds granted, holds refused because the store was busy, and submissions deleted.
    holds: u64,
    busy: u64,
    deleted: u64,
    took: Duration,
    /// The percentiles of each turn, in milliseconds.
    p50: Vec<f64>,
    p99: Vec<f64>,
}

fn setting(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// `TIDYING_DUE` sets the number of submissions (1,000,000), `TIDYING_RATE` the holds per second
/// (3,000), `BENCH_SECONDS` the time of each turn (5). Fails if the 99th percentile grows by
/// more than a fifth, or if fewer submissions are deleted than written.
#[tokio::main]
async fn main() {
    let (due, rate) = (
        setting("TIDYING_DUE", 1_000_000),
        setting("TIDYING_RATE", 3_000),
    );
    let turn = Duration::from_secs(setting("BENCH_SECONDS", 5));
    let cores = std::thread::available_parallelism().unwrap();
    println!(
        "{due} submissions, {rate} holds/s, {TURNS} turns of {} s each, {cores} cores for all of it",
        turn.as_secs()
    );
    let directories = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut good = true;
    let mut shops: [Option<Box<dyn Premises>>; 2] = [None, None];
    for (shop, age) in shops.iter_mut().zip([HOUR, KEPT + HOUR]) {
        let directory = directories.path().join(age.to_string());
        *shop = Some(Box::new(
            Directory::with_submissions(directory, due, age).await,
        ));
    }
    println!("{}", Directory::conditions().await);
    good &= compare("SQLite", shops.map(Option::unwrap), rate, turn).await;
    if let Ok(server) = env::var("BURTS_TEST_POSTGRES") {
        let mut shops: [Option<Box<dyn Premises>>; 2] = [None, None];
        for (shop, age) in shops.iter_mut().zip([HOUR, KEPT + HOUR]) {
            let database = Database::with_submissions(&server, due, age).await;
            *shop = Some(Box::new(database));
        }
        println!("{}", Database::conditions(&server).await);
        good &= compare("PostgreSQL", shops.map(Option::unwrap), rate, turn).await;
    }
    assert!(good, "tidying should be cheap and fast enough");
}

/// Prints the figures of both shops, and returns whether tidying is cheap and fast enough.
///
/// The shops have the same number of submissions, which are due to be deleted in one of them only.
/// The shops take turns, so that other work on the machine slows both alike. Only one is open at a
/// time.
async fn compare(
    kind: &str,
    [quiet, tidying]: [Box<dyn Premises>; 2],
    rate: u64,
    turn: Duration,
) -> bool {
    let (mut without, mut with) = (Figures::default(), Figures::default());
    let before = tidying.due().await;
    for _ in 0..TURNS {
        take_turn(&*quiet, rate, turn, &mut without).await;
        take_turn(&*tidying, rate, turn, &mut with).await;
    }
    let after = tidying.due().await;
    println!("| {kind} | holds/s | busy | p50 ms | p99 ms | p99 of each turn | deleted/s |");
    println!("|:--|--:|--:|--:|--:|:--|--:|");
    for (name, figures) in [("nothing due", &without), ("tidying", &with)] {
        let seconds = figures.took.as_secs_f64();
        let each: Vec<String> = figures.p99.iter().map(|p99| format!("{p99:.1}")).collect();
        println!(
            "| {name} | {:.0} | {} | {:.2} | {:.2} | {} | {:.0} |",
            figures.holds as f64 / seconds,
            figures.busy,
            median(&figures.p50),
            median(&figures.p99),
            each.join(", "),
            figures.deleted as f64 / seconds,
        );
    }
    let ratio = median(&with.p99) / median(&without.p99);
    println!("p99 × {ratio:.2}; due before and after: {before}, {after}\n");
    ratio <= 1.2 && with.deleted > with.holds
}

/// Opens a shop, takes holds at this rate, and closes it.
///
/// Holds arrive at a fixed rate, each of a new shopper and with a key, so that each writes a
/// submission of its own. A hold's time counts from when it should have been sent. Each turn begins
/// with two seconds whose times do not count.
async fn take_turn(premises: &dyn Premises, rate: u64, turn: Duration, figures: &mut Figures) {
    let due = premises.due().await;
    let store = premises.open().await;
    let begin = Instant::now();
    let measured_from = begin + WARM_UP;
    let end = measured_from + turn;
    let mut crowd = JoinSet::new();
    for number in 0.. {
        let at = begin + Duration::from_nanos(number * 1_000_000_000 / rate);
        if at >= end {
            break;
        }
        sleep_until(at).await;
        let store = Arc::clone(&store);
        crowd.spawn(async move {
            let held = store.submit(add()).await;
            (at, at.elapsed(), held)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = crowd.join_next().await {
        let (at, took, held) = done.unwrap();
        match held {
            Ok(_) => {
                figures.holds += 1;
                if at >= measured_from {
                    times.push(took);
                }
            }
            Err(StoreError::Busy) => figures.busy += 1,
            Err(error) => panic!("{error}: {error:?}"),
        }
    }
    figures.took += begin.elapsed();
    store.close().await;
    figures.deleted += due - premises.due().await;
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    figures.p50.push(at(0.5));
    figures.p99.push(at(0.99));
}

/// A hold for a new shopper.
fn add() -> Command {
    static TAKEN: AtomicU64 = AtomicU64::new(1);
    let number = TAKEN.fetch_add(1, Relaxed);
    // Spreads the shoppers over the index, as random ids would.
    let spread = u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    Command::Add {
        shopper: ShopperId::from_bytes(spread.to_be_bytes()),
        book: BOOK.parse().unwrap(),
        quantity: Quantity::ONE,
        key: Some(format!("key-{number:016x}").parse().unwrap()),
    }
}

fn median(of: &[f64]) -> f64 {
    let mut sorted = of.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn book() -> NewBook {
    NewBook {
        slug: BOOK,
        copies: COPIES,
        ..opening_catalogue()[0]
    }
}

/// A clock that can be set ahead.
struct Ahead(SteadyClock, AtomicU64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        self.0.now() + Duration::from_millis(self.1.load(Relaxed))
    }
}

struct Directory {
    directory: PathBuf,
    age: u64,
}

impl Directory {
    async fn with_submissions(directory: PathBuf, count: u64, age: u64) -> Self {
        let shop = SqliteStore::open(&directory, &[book()], Options::default()).await;
        shop.unwrap().close().await;
        let mut connection = connect(&directory).await;
        sqlx::query(
            "insert into submission (shopper, key, fingerprint, answer, at)
             with recursive number (n) as (select 1 union all select n + 1 from number where n < ?1)
             select randomblob(16) as shopper, 'key-' || n, randomblob(32), ?2, ?3 + n % 1000
             from number order by shopper",
        )
        .bind(count.cast_signed())
        .bind(ANSWER)
        .bind((SteadyClock::start().now().millis() - age).cast_signed())
        .execute(&mut connection)
        .await
        .unwrap();
        connection.close().await.unwrap();
        Self { directory, age }
    }

    async fn conditions() -> String {
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let file = SqliteConnectOptions::new().filename(directory.path().join("any"));
        let mut connection = file.create_if_missing(true).connect().await.unwrap();
        let version: String = sqlx::query_scalar("select sqlite_version()")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        format!("SQLite {version}, journal_mode WAL, synchronous FULL")
    }
}

async fn connect(directory: &Path) -> SqliteConnection {
    let file = SqliteConnectOptions::new().filename(directory.join("shop.sqlite"));
    file.connect().await.unwrap()
}

#[async_trait(?Send)]
impl Premises for Directory {
    async fn open(&self) -> Arc<dyn Store> {
        let Self { directory, age } = self;
        let clock = Arc::new(Ahead(SteadyClock::start(), AtomicU64::new(0)));
        let by = Arc::clone(&clock) as Arc<dyn Clock>;
        let shop = SqliteStore::open_with_clock(directory, &[], Options::default(), by).await;
        if *age > KEPT {
            // A sweep begins an hour after the shop was opened.
            clock.1.store(HOUR, Relaxed);
        }
        Arc::new(shop.unwrap())
    }

    async fn due(&self) -> u64 {
        let mut connection = connect(&self.directory).await;
        let before = SteadyClock::start().now().millis() - KEPT;
        let due: i64 = sqlx::query_scalar("select count(*) from submission where at <= ?")
            .bind(before.cast_signed())
            .fetch_one(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        due.unsigned_abs()
    }
}

struct Database(String);

impl Database {
    async fn with_submissions(server: &str, count: u64, age: u64) -> Self {
        let mut admin = PgConnection::connect(server).await.unwrap();
        let name = format!("tidying_{age}");
        sqlx::raw_sql(AssertSqlSafe(format!("create database {name}")))
            .execute(&mut admin)
            .await
            .unwrap();
        let (server, _) = server.rsplit_once('/').unwrap();
        let url = format!("{server}/{name}");
        migrate(&url.parse().unwrap(), &[book()]).await.unwrap();
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::query(
            "insert into submission (shopper, key, fingerprint, answer, at)
             select decode(md5(random()::text), 'hex'), 'key-' || n,
                    sha256(n::text::bytea), $2, shop_now() - $3 + n % 1000
             from generate_series(1, $1) as n",
        )
        .bind(count.cast_signed())
        .bind(ANSWER)
        .bind(age.cast_signed())
        .execute(&mut connection)
        .await
        .unwrap();
        for statement in ["vacuum analyze", "checkpoint"] {
            sqlx::query(statement)
                .execute(&mut connection)
                .await
                .unwrap();
        }
        Self(url)
    }

    async fn conditions(server: &str) -> String {
        let mut admin = PgConnection::connect(server).await.unwrap();
        let (version, fsync, commit, buffers): (String, String, String, String) = sqlx::query_as(
            "select current_setting('server_version'), current_setting('fsync'),
                    current_setting('synchronous_commit'), current_setting('shared_buffers')",
        )
        .fetch_one(&mut admin)
        .await
        .unwrap();
        format!(
            "PostgreSQL {version}, fsync {fsync}, synchronous_commit {commit}, shared_buffers {buffers}"
        )
    }
}

#[async_trait(?Send)]
impl Premises for Database {
    async fn open(&self) -> Arc<dyn Store> {
        let url: DatabaseUrl = self.0.parse().unwrap();
        let store = PostgresStore::open(&url, &[], Options::default()).await;
        Arc::new(store.unwrap())
    }

    async fn due(&self) -> u64 {
        let mut connection = PgConnection::connect(&self.0).await.unwrap();
        let due: i64 =
            sqlx::query_scalar("select count(*) from submission where at <= shop_now() - $1")
                .bind(KEPT.cast_signed())
                .fetch_one(&mut connection)
                .await
                .unwrap();
        due.unsigned_abs()
    }
}
