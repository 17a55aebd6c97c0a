//! A sync fails while old rows are deleted and no shopper makes a request.

use std::{
    env,
    path::Path,
    process::Command as Process,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use shop::{Command, Key, Quantity, ShopperId, Slug, Timestamp};
use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use store::{
    Clock, Options, Store, StoreError, opening_catalogue,
    sqlite::{Inspection, SqliteStore},
};
use tokio::time::{sleep, timeout};

use crate::{common::PATIENCE, crash::strace::Strace};

const ANN: ShopperId = ShopperId::from_bytes([1; 16]);
const BEN: ShopperId = ShopperId::from_bytes([2; 16]);
const HOUR: u64 = 60 * 60 * 1_000;

/// A clock that a test can move, which is why the store runs in the test's process.
struct TestClock(AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(SeqCst))
    }
}

fn book() -> Slug {
    opening_catalogue()[0].slug.parse().unwrap()
}

fn add(shopper: ShopperId, key: Option<Key>) -> Command {
    Command::Add {
        shopper,
        book: book(),
        quantity: Quantity::ONE,
        key,
    }
}

/// Sends a command that changes nothing, but makes the writer look for work.
async fn wake_writer(shop: &SqliteStore) {
    let (shopper, book) = (BEN, book());
    let asked = shop.submit(Command::Extend { shopper, book }).await;
    assert!(matches!(asked, Err(StoreError::Refused(_))), "{asked:?}");
}

/// Whether this process was started for this test alone. If not, starts such a process and asserts
/// that the test passes there.
///
/// Two `strace`s in a shared process would watch each other and hang.
fn is_alone(test: &str) -> bool {
    const ALONE: &str = "ALONE_IN_ITS_PROCESS";
    if env::var_os(ALONE).is_some() {
        return true;
    }
    let mut other = Process::new(env::current_exe().unwrap());
    let name = format!("crash::cleanup::{test}");
    let passed = other.args(["--exact", &name]).env(ALONE, "1").output();
    let passed = passed.unwrap();
    let said = String::from_utf8_lossy(&passed.stdout);
    assert!(
        passed.status.success() && said.contains("1 passed"),
        "{said}"
    );
    false
}

/// Makes every sync of the log in this directory fail.
///
/// `strace` watches only what this process does to the store's log.
fn fail_syncs(data: &Path, log: &Path) -> Strace {
    let wal = data.join("shop.sqlite-wal");
    let arguments = [
        "-P",
        wal.to_str().unwrap(),
        "-e",
        "trace=fsync,fdatasync,pwrite64,openat",
        "-e",
        "inject=fsync,fdatasync:error=EIO",
    ];
    Strace::attach_to(std::process::id(), log, &arguments)
}

/// The number of failed syncs, and of writes between a failed sync and the reopening of the file.
fn failures_and_later_writes(log: &str) -> (usize, usize) {
    let (mut failed, mut later_writes, mut open) = (0, 0, true);
    for line in log.lines() {
        if line.contains(" EIO ") {
            (failed, open) = (failed + 1, false);
        } else if line.contains("openat(") {
            open = true;
        } else if line.contains("pwrite64(") && !open {
            later_writes += 1;
        }
    }
    (failed, later_writes)
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_sync_in_cleanup_the_file_is_reopened_first() {
    if !is_alone("after_a_failed_sync_in_cleanup_the_file_is_reopened_first") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (data, log) = (dir.path().join("data"), dir.path().join("strace"));
    let clock = Arc::new(TestClock(AtomicU64::new(1_700_000_000_000)));
    let store_clock = Arc::clone(&clock) as Arc<dyn Clock>;
    let catalogue = opening_catalogue();
    let shop = SqliteStore::open_with_clock(&data, catalogue, Options::default(), store_clock);
    let shop = shop.await.unwrap();
    // Leave a stored answer to delete, and no hold that would expire.
    let click: Key = "key-of-one-click".parse().unwrap();
    shop.submit(add(ANN, Some(click.clone()))).await.unwrap();
    let (shopper, quantity) = (ANN, None);
    let give_back = Command::SetQuantity {
        shopper,
        book: book(),
        quantity,
    };
    shop.submit(give_back).await.unwrap();

    let strace = fail_syncs(&data, &log);
    clock.0.fetch_add(49 * HOUR, SeqCst);
    wake_writer(&shop).await;
    let failed = async {
        while failures_and_later_writes(&std::fs::read_to_string(&log).unwrap()).0 == 0 {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, failed).await.expect("a clean-up runs");
    let unknown = shop.submit(add(BEN, None)).await;
    assert!(matches!(unknown, Err(StoreError::Failed(_))), "{unknown:?}");
    let seen = strace.detach();
    let (failed, later_writes) = failures_and_later_writes(&seen);
    assert!(failed >= 2, "{seen}");
    assert_eq!(later_writes, 0, "{seen}");

    // The next clean-up succeeds, so the key can be used again.
    clock.0.fetch_add(HOUR, SeqCst);
    wake_writer(&shop).await;
    let version = shop.book(&book()).await.unwrap().level.version;
    shop.submit(add(ANN, Some(click))).await.unwrap();
    let level = shop.book(&book()).await.unwrap().level;
    assert_eq!(level.version, version + 1);
    let mut inspection = Inspection::open(&data).await.unwrap();
    assert_eq!(inspection.audit().await.unwrap(), []);
    shop.close().await;
}

/// Control: a connection that is not reopened continues to write.
#[tokio::test(flavor = "multi_thread")]
async fn without_reopening_writes_continue_after_a_failed_sync() {
    if !is_alone("without_reopening_writes_continue_after_a_failed_sync") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let file = SqliteConnectOptions::new()
        .filename(dir.path().join("shop.sqlite"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut kept = SqliteConnection::connect_with(&file).await.unwrap();
    let made = sqlx::query("create table sale (id integer)");
    made.execute(&mut kept).await.unwrap();
    let strace = fail_syncs(dir.path(), &dir.path().join("strace"));
    for _ in 0..2 {
        let sale = sqlx::query("insert into sale values (1)");
        sale.execute(&mut kept).await.unwrap_err();
    }
    let seen = strace.detach();
    let (failed, later_writes) = failures_and_later_writes(&seen);
    assert!(failed >= 2 && later_writes > 0, "{seen}");
}
