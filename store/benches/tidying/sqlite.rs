//! A shop in SQLite whose submissions have a given age.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use async_trait::async_trait;
use shop::Timestamp;
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use store::{Clock, Options, SteadyClock, Store, sqlite::SqliteStore};

use super::{ANSWER, HOUR, KEPT, Premises, book};

pub(super) struct Directory {
    directory: PathBuf,
    age: u64,
}

impl Directory {
    pub(super) async fn with_submissions(directory: PathBuf, count: u64, age: u64) -> Self {
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

    pub(super) async fn conditions() -> String {
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
        let shared = Arc::clone(&clock) as Arc<dyn Clock>;
        let shop = SqliteStore::open_with_clock(directory, &[], Options::default(), shared).await;
        if *age > KEPT {
            // The first sweep begins a minute after the shop was opened.
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

/// A clock that can be set ahead.
struct Ahead(SteadyClock, AtomicU64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        self.0.now() + Duration::from_millis(self.1.load(Relaxed))
    }
}
