//! A sync fails while old rows are cleared away and no shopper is asking.
//!
//! The store is in the test's process, because its clock has to move by two days. `strace` watches
//! only what this process does to the store's log. The test has a process of its own: in a shared
//! one, one `strace` would watch the other, and both would wait for ever.

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

struct Moved(AtomicU64);

impl Clock for Moved {
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

/// Changes nothing, and has the writer look around.
async fn ring(shop: &SqliteStore) {
    let (shopper, book) = (BEN, book());
    let asked = shop.submit(Command::Extend { shopper, book }).await;
    assert!(matches!(asked, Err(StoreError::Refused(_))), "{asked:?}");
}

/// Whether this process has been started for this test alone. If not, one is, and the test
/// has passed if it has passed there.
fn is_alone(test: &str) -> bool {
    const ALONE: &str = "ALONE_IN_ITS_PROCESS";
    if env::var_os(ALONE).is_some() {
        return true;
    }
    let mut other = Process::new(env::current_exe().unwrap());
    let name = format!("crash::tidying::{test}");
    let passed = other.args(["--exact", &name]).env(ALONE, "1").output();
    let passed = passed.unwrap();
    let said = String::from_utf8_lossy(&passed.stdout);
    assert!(
        passed.status.success() && said.contains("1 passed"),
        "{said}"
    );
    false
}

/// Every sync of the log in this directory fails.
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

/// How many syncs have failed, and how often something was written after one before
/// the file was opened again.
fn failed_and_written_on(log: &str) -> (usize, usize) {
    let (mut failed, mut written_on, mut open) = (0, 0, true);
    for line in log.lines() {
        if line.contains(" EIO ") {
            (failed, open) = (failed + 1, false);
        } else if line.contains("openat(") {
            open = true;
        } else if line.contains("pwrite64(") && !open {
            written_on += 1;
        }
    }
    (failed, written_on)
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_sync_that_fails_in_tidying_the_file_is_opened_again_first() {
    if !is_alone("after_a_sync_that_fails_in_tidying_the_file_is_opened_again_first") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (data, log) = (dir.path().join("data"), dir.path().join("strace"));
    let clock = Arc::new(Moved(AtomicU64::new(1_700_000_000_000)));
    let by = Arc::clone(&clock) as Arc<dyn Clock>;
    let catalogue = opening_catalogue();
    let shop = SqliteStore::open_with_clock(&data, catalogue, Options::default(), by);
    let shop = shop.await.unwrap();
    // An answer to forget, and nothing that ends.
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
    ring(&shop).await;
    let failed = async {
        while failed_and_written_on(&std::fs::read_to_string(&log).unwrap()).0 == 0 {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, failed).await.expect("it tidies up");
    let unknown = shop.submit(add(BEN, None)).await;
    assert!(matches!(unknown, Err(StoreError::Failed(_))), "{unknown:?}");
    let seen = strace.detach();
    let (failed, written_on) = failed_and_written_on(&seen);
    assert!(failed >= 2, "{seen}");
    assert_eq!(written_on, 0, "{seen}");

    // On a sound disk it is done in the end: the key is free again.
    clock.0.fetch_add(HOUR, SeqCst);
    ring(&shop).await;
    let version = shop.book(&book()).await.unwrap().level.version;
    shop.submit(add(ANN, Some(click))).await.unwrap();
    let level = shop.book(&book()).await.unwrap().level;
    assert_eq!(level.version, version + 1);
    let mut inspection = Inspection::open(&data).await.unwrap();
    assert_eq!(inspection.audit().await.unwrap(), []);
    shop.close().await;
}

/// The guard taken away: a connection that is kept is seen to write on.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_kept_is_seen_to_write_on_after_a_sync_that_failed() {
    if !is_alone("a_connection_that_is_kept_is_seen_to_write_on_after_a_sync_that_failed") {
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
    let (failed, written_on) = failed_and_written_on(&seen);
    assert!(failed >= 2 && written_on > 0, "{seen}");
}
