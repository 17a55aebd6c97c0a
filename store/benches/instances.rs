//! Measures durable holds per second on one hot title in PostgreSQL, with one instance and with
//! three: `scripts/with-postgres cargo bench --profile release -p store --bench instances`.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has failed"
)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use shop::{Command, Quantity, ShopperId};
use sqlx::{Connection, PgConnection, postgres::PgListener};
use store::{
    NewBook, Options, Store, StoreError, opening_catalogue,
    postgres::{DatabaseUrl, Inspection, PostgresStore},
};
use tokio::task::JoinSet;

const BOOK: &str = "drop";
/// More copies than a run takes, so that each hold is granted.
const COPIES: u32 = 4_000_000;
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(5);

fn main() {
    let threads = std::thread::available_parallelism().unwrap().get();
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .unwrap()
        .block_on(measure_all());
}

async fn measure_all() {
    let server = std::env::var("BURTS_TEST_POSTGRES")
        .expect("BURTS_TEST_POSTGRES should be set: run this with scripts/with-postgres");
    let mut admin = PgConnection::connect(&server).await.unwrap();
    println!("{}", conditions(&mut admin).await);
    println!("instances  shoppers   holds/s   p50 ms   p99 ms   NOTIFY/s   share of each");
    for (instances, shoppers) in [(1, 1), (1, 16), (1, 256), (3, 48), (3, 255), (3, 768)] {
        let name = format!("bench_{instances}_{shoppers}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("create database {name}")))
            .execute(&mut admin)
            .await
            .unwrap();
        let (server, _) = server.rsplit_once('/').unwrap();
        measure(&format!("{server}/{name}"), instances, shoppers).await;
    }
}

async fn conditions(admin: &mut PgConnection) -> String {
    let (version, fsync, commit, buffers): (String, String, String, String) = sqlx::query_as(
        "select current_setting('server_version'), current_setting('fsync'),
                current_setting('synchronous_commit'), current_setting('shared_buffers')",
    )
    .fetch_one(admin)
    .await
    .unwrap();
    let cores = std::thread::available_parallelism().unwrap();
    format!(
        "PostgreSQL {version}, fsync {fsync}, synchronous_commit {commit}, shared_buffers {buffers}, \
         {cores} cores for all of it, {} s each",
        MEASURED.as_secs()
    )
}

/// Measures holds through several instances, each a store with its own connections in this process.
/// PostgreSQL runs on the same cores. Only granted holds count.
async fn measure(url: &str, instances: usize, shoppers: usize) {
    let (database, book): (DatabaseUrl, NewBook) = (
        url.parse().unwrap(),
        NewBook {
            slug: BOOK,
            copies: COPIES,
            ..opening_catalogue()[0]
        },
    );
    let mut stores = Vec::new();
    for _ in 0..instances {
        let store = PostgresStore::open(&database, &[book], Options::default()).await;
        stores.push(Arc::new(store.unwrap()));
    }
    let received = Arc::new(AtomicU64::new(0));
    let listening = tokio::spawn(listen(url.to_owned(), Arc::clone(&received)));
    let begin = Instant::now() + WARM_UP;
    let mut people = JoinSet::new();
    for number in 0..shoppers {
        let store = Arc::clone(&stores[number % instances]);
        people.spawn(async move { (number % instances, take(&*store, number, begin).await) });
    }
    tokio::time::sleep_until(begin.into()).await;
    let before = received.load(Relaxed);
    let mut times = Vec::new();
    let mut shares = vec![0_usize; instances];
    while let Some(person) = people.join_next().await {
        let (instance, took) = person.unwrap();
        shares[instance] += took.len();
        times.extend(took);
    }
    let notifications = received.load(Relaxed) - before;
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
    let seconds = MEASURED.as_secs_f64();
    let shares = shares.iter().map(|share| 100 * share / times.len());
    let shares: Vec<_> = shares.map(|share| format!("{share} %")).collect();
    println!(
        "{instances:>9} {shoppers:>9} {:>9.0} {:>8.2} {:>8.2} {:>10.0}   {}",
        times.len() as f64 / seconds,
        at(0.5),
        at(0.99),
        notifications as f64 / seconds,
        shares.join(", ")
    );
    listening.abort();
    for store in stores {
        store.close().await;
    }
    let mut inspection = Inspection::open(&database).await.unwrap();
    assert_eq!(
        inspection.audit().await.unwrap(),
        [],
        "the audit should find nothing"
    );
}

/// Takes copies one by one, each for a new shopper, and returns the measured times.
async fn take(store: &dyn Store, person: usize, begin: Instant) -> Vec<Duration> {
    let end = begin + MEASURED;
    let mut times = Vec::new();
    for number in 0_u64.. {
        let mut bits = [0; 16];
        bits[..8].copy_from_slice(&person.to_be_bytes());
        bits[8..].copy_from_slice(&number.to_be_bytes());
        let command = Command::Add {
            shopper: ShopperId::from_bytes(bits),
            book: BOOK.parse().unwrap(),
            quantity: Quantity::new(1).unwrap(),
            key: None,
        };
        let asked = Instant::now();
        match store.submit(command).await {
            Ok(_) => {}
            Err(StoreError::Busy) => continue,
            Err(error) => panic!("{error}"),
        }
        let answered = Instant::now();
        if answered >= end {
            break;
        }
        if asked >= begin {
            times.push(answered - asked);
        }
    }
    times
}

/// Counts the notifications between instances.
async fn listen(url: String, received: Arc<AtomicU64>) {
    let mut listener = PgListener::connect(&url).await.unwrap();
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let channel: String =
        sqlx::query_scalar("select 'burts_books_' || current_schema()::regnamespace::oid::bigint")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    listener.listen(&channel).await.unwrap();
    while listener.recv().await.is_ok() {
        received.fetch_add(1, Relaxed);
    }
}
