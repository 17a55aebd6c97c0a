//! The embedded store as the contract meets it: a file in a directory of its own.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::TryStreamExt;
use shop::{Movement, Price, Slug, Timestamp};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use store::{
    Clock, Store,
    sqlite::{Inspection, Options, SqliteStore},
};
use tempfile::TempDir;

use crate::harness::{Opening, Premises};

/// The kind of the embedded store.
pub fn sqlite(opening: Opening) -> Box<dyn Premises> {
    Box::new(Directory::new(opening))
}

/// A directory with one shop in it.
pub struct Directory {
    opening: Opening,
    data: TempDir,
    clock: Arc<TestClock>,
}

/// A clock that stands until it is moved.
struct TestClock(AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(SeqCst))
    }
}

impl Directory {
    pub fn new(opening: Opening) -> Self {
        // A moment of the past: what has a wall clock's time comes after it.
        let now = AtomicU64::new(1_700_000_000_000);
        Self {
            opening,
            data: tempfile::tempdir().unwrap(),
            clock: Arc::new(TestClock(now)),
        }
    }

    /// Into the file, past the shop that has it open, and past its constraints.
    pub fn unchecked(&self) -> SqlitePool {
        let file = SqliteConnectOptions::new()
            .filename(self.data.path().join("shop.sqlite"))
            .pragma("ignore_check_constraints", "on");
        SqlitePoolOptions::new()
            .max_connections(1)
            .connect_lazy_with(file)
    }
}

#[async_trait(?Send)]
impl Premises for Directory {
    async fn open(&self) -> Arc<dyn Store> {
        let options = Options {
            terms: self.opening.terms,
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            keep_contact: self.opening.keep_contact,
            ..Options::default()
        };
        let opened = SqliteStore::open(self.data.path(), &self.opening.books, options);
        Arc::new(opened.await.unwrap())
    }

    fn pass(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap();
        self.clock.0.fetch_add(millis, SeqCst);
    }

    async fn audit(&self) -> Vec<String> {
        let mut inspection = Inspection::open(self.data.path()).await.unwrap();
        let findings = inspection.audit().await.unwrap().into_iter();
        findings
            .map(|finding| format!("{}: {}", finding.subject, finding.what))
            .collect()
    }

    async fn ledger(&self, book: &Slug) -> Vec<Movement> {
        let mut inspection = Inspection::open(self.data.path()).await.unwrap();
        inspection.ledger(book).try_collect().await.unwrap()
    }

    async fn set_price(&self, book: &Slug, price: Price) {
        sqlx::query("update book set price_cents = ? where slug = ?")
            .bind(price.cents())
            .bind(book.as_str())
            .execute(&self.unchecked())
            .await
            .unwrap();
    }

    async fn prices(&self, book: &Slug) -> Vec<Price> {
        let cents: Vec<u32> = sqlx::query_scalar(
            "select price.price_cents from price join book on book.id = book_id
             where slug = ? order by since",
        )
        .bind(book.as_str())
        .fetch_all(&self.unchecked())
        .await
        .unwrap();
        cents.into_iter().map(Price::from_cents).collect()
    }
}
