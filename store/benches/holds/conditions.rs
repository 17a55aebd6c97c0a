//! What the figures depend on, and the processor time used.

use std::{path::Path, process::Command as Process, time::Duration};

use sqlx::ConnectOptions;
use store::{Options, Store, sqlite::SqliteStore};

use super::file;

/// The conditions that the figures depend on.
pub async fn conditions() -> String {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let shop = SqliteStore::open(directory.path(), &[], Options::default())
        .await
        .unwrap();
    Store::close(&shop).await;
    let mut connection = file(directory.path()).connect().await.unwrap();
    let version: String = sqlx::query_scalar("select sqlite_version()")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    let journal: String = sqlx::query_scalar("pragma journal_mode")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    let synchronous: i64 = sqlx::query_scalar("pragma synchronous")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    let cores = std::thread::available_parallelism().unwrap();
    let filesystem = filesystem(directory.path());
    format!(
        "{cores} cores, {filesystem}, SQLite {version}, journal_mode {journal}, synchronous {}, batch {}",
        ["OFF", "NORMAL", "FULL", "EXTRA"][usize::try_from(synchronous).unwrap()],
        Options::default().batch,
    )
}

fn filesystem(path: &Path) -> String {
    let table = Process::new("df")
        .arg("--output=fstype")
        .arg(path)
        .output()
        .unwrap();
    let table = String::from_utf8(table.stdout).unwrap();
    table.lines().last().unwrap().to_owned()
}

/// The user and system time of this process.
pub fn cpu_time() -> Duration {
    let usage = std::fs::read_dir("/proc/self/task").unwrap().map(|task| {
        let schedstat = task.unwrap().path().join("schedstat");
        let text = std::fs::read_to_string(schedstat).unwrap_or_default();
        let nanoseconds = text.split_whitespace().next().unwrap_or("0");
        nanoseconds.parse::<u64>().unwrap()
    });
    Duration::from_nanos(usage.sum())
}
