//! The embedded store in the contract, with a directory for each test.

use std::{fs, path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::TryStreamExt;
use shop::{Closing, Command, Movement, Price, Slug};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use store::{
    Options, StaffAccounts, Store,
    sqlite::{Inspection, SqliteStaffAccounts, SqliteStore},
};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::clock::TestClock;
use crate::contract::harness::{
    DAY, DROP, MINUTE, Opening, PATIENCE, Premises, TestShop, shopper, slug,
};

/// The kind of store that keeps its shop in SQLite.
pub fn sqlite(opening: Opening) -> Box<dyn Premises> {
    Box::new(Directory::new(opening))
}

/// A directory with one shop.
pub struct Directory {
    opening: Opening,
    data: TempDir,
    clock: Arc<TestClock>,
}

impl Directory {
    pub fn new(opening: Opening) -> Self {
        Self {
            opening,
            data: tempfile::tempdir().unwrap(),
            clock: Arc::new(TestClock::new()),
        }
    }

    /// A pool that bypasses the shop and its constraints.
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
            keep_contact: self.opening.keep_contact,
            ..Options::default()
        };
        let (data, books) = (self.data.path(), &self.opening.books);
        let opened =
            SqliteStore::open_with_clock(data, books, options, Arc::clone(&self.clock) as _);
        Arc::new(opened.await.unwrap())
    }

    async fn pass(&self, time: Duration) {
        self.clock.pass(time);
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

    async fn staff_accounts(&self) -> Box<dyn StaffAccounts> {
        let clock = Arc::clone(&self.clock) as _;
        Box::new(
            SqliteStaffAccounts::open_with_clock(self.data.path(), clock)
                .await
                .unwrap(),
        )
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

    async fn run_sql(&self, statement: &'static str) -> Result<(), sqlx::Error> {
        let ran = sqlx::query(statement).execute(&self.unchecked()).await;
        ran.map(drop)
    }
}

/// Erased contacts must not be recoverable from the disk.
#[tokio::test]
async fn an_erased_contact_is_nowhere_in_the_file() {
    const ORDERS: u8 = 60;
    let directory = Directory::new(Opening::of(&[(DROP, 100)]));
    let data = directory.data.path().to_owned();
    let store = directory.open().await;
    let premises = Box::new(directory);
    let shop = TestShop { store, premises };
    for number in 0..ORDERS {
        shop.add(shopper(number), DROP, 1).await.unwrap();
        shop.place(shopper(number), number.into()).await.unwrap();
        let closing = Closing::Collected;
        shop.close_order(number.into(), closing).await.unwrap();
        shop.pass(MINUTE).await;
    }
    let shop = shop.reopened().await;
    assert!(contains(&data, "ann@example.org"));
    // Half the contacts are erased first, so that they lie among others that are kept.
    for wait in [90 * DAY - MINUTE * u32::from(ORDERS / 2), DAY] {
        shop.pass(wait).await;
        shop.set(shopper(1), DROP, 0).await.unwrap();
    }
    shop.until("the last contact is erased", async |shop| {
        shop.order(u64::from(ORDERS) - 1).await.contact.is_none()
    })
    .await;
    // The log is checkpointed when the shop closes.
    shop.store.close().await;
    assert!(!contains(&data, "ann@example.org"));
}

impl Directory {
    /// Counts the stored answers to submissions.
    async fn answers(&self) -> i64 {
        sqlx::query_scalar("select count(*) from submission")
            .fetch_one(&self.unchecked())
            .await
            .unwrap()
    }

    /// Stores this many answers that are old enough to be deleted, each for a different shopper.
    async fn store_old_answers(&self, answers: i64) {
        sqlx::query(
            "with recursive numbers (number) as (
                select 1 union all select number + 1 from numbers where number < ?)
             insert into submission (shopper, key, fingerprint, answer, at)
             select unhex(printf('%032x', number)), 'key', zeroblob(32), '', 0 from numbers",
        )
        .bind(answers)
        .execute(&self.unchecked())
        .await
        .unwrap();
    }

    /// Sends commands, which make the store tidy up, until this many answers are left.
    async fn until_answers(&self, store: &dyn Store, left: i64) {
        let soon = async {
            while self.answers().await != left {
                let (shopper, book) = (shopper(1), slug(DROP));
                let _ = store.submit(Command::Leave { shopper, book }).await;
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, soon)
            .await
            .expect("the answers should be deleted");
    }
}

#[tokio::test]
async fn old_answers_are_deleted_soon_after_the_start() {
    let directory = Directory::new(Opening::of(&[(DROP, 1)]));
    let store = directory.open().await;
    directory.store_old_answers(3).await;
    directory.pass(MINUTE).await;
    directory.until_answers(&*store, 0).await;
    store.close().await;
}

#[tokio::test]
async fn a_sweep_goes_on_after_a_failure() {
    let directory = Directory::new(Opening::of(&[(DROP, 1)]));
    let store = directory.open().await;
    directory.store_old_answers(1_000).await;
    let run = async |statement: &'static str| {
        let database = directory.unchecked();
        sqlx::raw_sql(statement).execute(&database).await.unwrap();
    };
    run("create trigger stuck before delete on submission
         when old.shopper = unhex(printf('%032x', 1000))
         begin select raise(abort, 'stuck'); end")
    .await;
    directory.pass(MINUTE).await;
    directory.until_answers(&*store, 1_000 - 2 * 384).await;
    run("drop trigger stuck").await;
    directory.pass(MINUTE).await;
    directory.until_answers(&*store, 0).await;
    store.close().await;
}

#[tokio::test]
async fn a_shop_opens_although_its_clock_record_is_unreadable() {
    let directory = Directory::new(Opening::of(&[(DROP, 1)]));
    directory.open().await.close().await;
    sqlx::query("insert into setting (name, value) values ('clock', x'00')")
        .execute(&directory.unchecked())
        .await
        .unwrap();
    let store = directory.open().await;
    assert_eq!(store.clock_trouble().doubt, None);
    store.close().await;
}

/// Whether a text is anywhere in a directory's files.
fn contains(directory: &Path, words: &str) -> bool {
    fs::read_dir(directory).unwrap().any(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        bytes
            .windows(words.len())
            .any(|part| part == words.as_bytes())
    })
}
