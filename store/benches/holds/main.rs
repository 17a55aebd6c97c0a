//! Measures durable holds per second on one hot title in SQLite:
//! `cargo bench -p store --bench holds`.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

mod conditions;

use std::{
    env,
    path::Path,
    process::Command as Process,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use shop::{Command, Done, Quantity, ShopperId, Slug, Terms};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use store::{NewBook, Options, Store, opening_catalogue, sqlite::SqliteStore};
use tokio::sync::Mutex;

use self::conditions::{conditions, cpu_time};

/// More copies than a run takes, so that each hold is granted.
const COPIES: u32 = 100_000_000;
const SHOPPERS: [u64; 3] = [1, 16, 256];
/// The number of holds in a run that only counts syncs.
const COUNTED: u64 = 2_048;

/// The variants that the benchmark compares, because absolute figures depend on the machine:
///
/// * `batched`: the store as it is;
/// * `batch of one`: the same store with one command per transaction;
/// * `bare SQLite`: a transaction of three statements for each hold, on one connection with the
///   same settings, without any decision.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Batched,
    One,
    Bare,
}

impl Way {
    const ALL: [Self; 3] = [Self::Batched, Self::One, Self::Bare];

    fn name(self) -> &'static str {
        match self {
            Self::Batched => "batched",
            Self::One => "batch of one",
            Self::Bare => "bare SQLite",
        }
    }
}

/// When a run ends.
#[derive(Clone, Copy)]
enum Until {
    Elapsed(Duration),
    Granted(u64),
}

/// The results of a run.
struct Figures {
    granted: u64,
    took: Duration,
    cpu: Duration,
    /// Sorted.
    latencies: Vec<Duration>,
}

/// `BENCH_SECONDS` sets the time for each figure; the default is 3.
fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(std::thread::available_parallelism().map_or(1, Into::into))
        .enable_all()
        .build()
        .unwrap();
    let arguments: Vec<String> = env::args().collect();
    if let [_, count, way, shoppers, holds] = arguments.as_slice()
        && count == "count"
    {
        let way = Way::ALL
            .into_iter()
            .find(|known| known.name() == way)
            .unwrap();
        let until = Until::Granted(holds.parse().unwrap());
        runtime.block_on(measure(way, shoppers.parse().unwrap(), until));
        return;
    }
    let seconds = env::var("BENCH_SECONDS").map_or(3.0, |text| text.parse().unwrap());
    let until = Until::Elapsed(Duration::from_secs_f64(seconds));
    println!("Durable holds of one hot title, {seconds} s for each figure");
    println!("{}\n", runtime.block_on(conditions()));
    println!(
        "| way | shoppers | holds/s | p50 ms | p99 ms | CPU µs/hold | syncs per 1,000 holds |"
    );
    println!("|:--|--:|--:|--:|--:|--:|--:|");
    for way in Way::ALL {
        for shoppers in SHOPPERS {
            let run = runtime.block_on(measure(way, shoppers, until));
            let at = |share: f64| {
                let place = (run.latencies.len() as f64 * share) as usize;
                run.latencies[place.min(run.latencies.len() - 1)].as_secs_f64() * 1e3
            };
            println!(
                "| {} | {shoppers} | {:.0} | {:.2} | {:.2} | {:.1} | {:.0} |",
                way.name(),
                run.granted as f64 / run.took.as_secs_f64(),
                at(0.5),
                at(0.99),
                run.cpu.as_secs_f64() * 1e6 / run.granted as f64,
                syncs(way, shoppers) * 1_000.0,
            );
        }
    }
}

/// Measures one variant. Each shopper takes one copy after another, each into a new cart, and waits
/// for each answer. Only granted holds count, and each is synced to disk before it is answered.
async fn measure(way: Way, shoppers: u64, until: Until) -> Figures {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let book = NewBook {
        slug: "drop",
        copies: COPIES,
        ..opening_catalogue()[0]
    };
    let options = Options {
        batch: if way == Way::One {
            1
        } else {
            Options::default().batch
        },
        // Each hold is for a new shopper, so the default limits are never reached.
        terms: Terms::default(),
        ..Options::default()
    };
    let shop = SqliteStore::open(directory.path(), &[book], options)
        .await
        .unwrap();
    let shop: Arc<dyn Taker> = match way {
        Way::Batched | Way::One => Arc::new(shop),
        Way::Bare => {
            Store::close(&shop).await;
            Arc::new(Mutex::new(file(directory.path()).connect().await.unwrap()))
        }
    };

    let taken = Arc::new(AtomicU64::new(0));
    let (began, cpu) = (Instant::now(), cpu_time());
    let crowd: Vec<_> = (0..shoppers)
        .map(|_| {
            let (shop, taken) = (Arc::clone(&shop), Arc::clone(&taken));
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                loop {
                    let number = taken.fetch_add(1, Relaxed);
                    let over = match until {
                        Until::Elapsed(time) => began.elapsed() >= time,
                        Until::Granted(holds) => number >= holds,
                    };
                    if over {
                        return latencies;
                    }
                    let asked = Instant::now();
                    shop.take(number).await;
                    latencies.push(asked.elapsed());
                }
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for shopper in crowd {
        latencies.extend(shopper.await.unwrap());
    }
    let (took, cpu) = (began.elapsed(), cpu_time() - cpu);
    latencies.sort();
    shop.close().await;
    let granted = latencies.len() as u64;
    assert_eq!(
        held(directory.path()).await,
        granted,
        "every granted hold should be saved"
    );
    Figures {
        granted,
        took,
        cpu,
        latencies,
    }
}

/// Takes a copy for a new shopper.
#[async_trait::async_trait]
trait Taker: Send + Sync {
    async fn take(&self, number: u64);
    async fn close(&self);
}

#[async_trait::async_trait]
impl Taker for SqliteStore {
    async fn take(&self, number: u64) {
        let command = Command::Add {
            shopper: ShopperId::from_bytes(u128::from(number).to_be_bytes()),
            book: Slug::parse("drop").unwrap(),
            quantity: Quantity::ONE,
            key: None,
        };
        match self.submit(command).await.unwrap() {
            Done::Line(line) => assert_eq!(line.quantity, 1),
            other => panic!("{other:?}"),
        }
    }

    async fn close(&self) {
        Store::close(self).await;
    }
}

#[async_trait::async_trait]
impl Taker for Mutex<SqliteConnection> {
    async fn take(&self, number: u64) {
        let mut connection = self.lock().await;
        let mut transaction = connection.begin_with("begin immediate").await.unwrap();
        let version: i64 = sqlx::query_scalar(
            "update stock set held = held + 1, version = version + 1
             where book_id = 1 and on_hand - held - allocated > 0 returning version",
        )
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
        let hold: i64 = sqlx::query_scalar(
            "insert into hold (shopper, book_id, quantity, price_cents, created_at, expires_at, state)
             values (?, 1, 1, 2000, 0, 0, 'active') returning id",
        )
        .bind(u128::from(number).to_be_bytes().as_slice())
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
        sqlx::query(
            "insert into movement (book_id, version, kind, on_hand, held, allocated, hold_id, at)
             values (1, ?, 'held', 0, 1, 0, ?, 0)",
        )
        .bind(version)
        .bind(hold)
        .execute(&mut *transaction)
        .await
        .unwrap();
        transaction.commit().await.unwrap();
    }

    async fn close(&self) {}
}

/// The store's own settings (`store/src/sqlite/open.rs`).
fn file(directory: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(directory.join("shop.sqlite"))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("secure_delete", "on")
        .busy_timeout(Duration::from_secs(5))
}

async fn held(directory: &Path) -> u64 {
    let mut connection = file(directory).connect().await.unwrap();
    sqlx::query_scalar("select held from stock")
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

/// The syncs per hold, counted by `strace` in a separate run, because `strace` slows the run.
fn syncs(way: Way, shoppers: u64) -> f64 {
    let counts = tempfile::NamedTempFile::new().unwrap();
    let counted = Process::new("strace")
        .args(["-f", "--summary-only", "-e", "trace=fsync,fdatasync", "-o"])
        .arg(counts.path())
        .arg(env::current_exe().unwrap())
        .args([
            "count",
            way.name(),
            &shoppers.to_string(),
            &COUNTED.to_string(),
        ])
        .status()
        .expect("strace should be installed (make setup-test installs it)");
    assert!(counted.success());
    let table = std::fs::read_to_string(counts.path()).unwrap();
    let calls: u64 = table
        .lines()
        .filter(|line| line.ends_with("fsync") || line.ends_with("fdatasync"))
        .map(|line| {
            line.split_whitespace()
                .nth(3)
                .unwrap()
                .parse::<u64>()
                .unwrap()
        })
        .sum();
    calls as f64 / COUNTED as f64
}
