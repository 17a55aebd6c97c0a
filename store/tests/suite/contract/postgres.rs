//! The PostgreSQL store in the contract, with a database for each test.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::TryStreamExt;
use shop::{Movement, Price, Slug};
use sqlx::{Connection, PgConnection, PgPool, postgres::PgPoolOptions};
use store::{
    Options, StaffAccounts, Store,
    postgres::{DatabaseUrl, Inspection, PostgresStaffAccounts, PostgresStore, migrate},
};
use tokio::sync::OnceCell;

use crate::contract::harness::{Opening, Premises};

/// The kind of store that keeps its shop in PostgreSQL.
pub fn postgres(opening: Opening) -> Box<dyn Premises> {
    Box::new(Database::new(opening))
}

/// A database with one shop, whose clock stands still until it is moved.
pub struct Database {
    opening: Opening,
    made: OnceCell<Made>,
}

struct Made {
    text: String,
    url: DatabaseUrl,
    /// A pool that bypasses the shop.
    pool: PgPool,
}

impl Database {
    pub fn new(opening: Opening) -> Self {
        let made = OnceCell::new();
        Self { opening, made }
    }

    /// An empty database.
    pub async fn bare(opening: Opening) -> Self {
        let made = OnceCell::from(Self::empty().await);
        Self { opening, made }
    }

    /// The database's address.
    pub fn url(&self) -> DatabaseUrl {
        self.made.get().unwrap().url.clone()
    }

    /// The address as text, for a test's own connection.
    pub fn text(&self) -> &str {
        &self.made.get().unwrap().text
    }

    /// The address for another role.
    pub fn url_as(&self, name: &str, password: &str) -> DatabaseUrl {
        let (_, host) = self.made.get().unwrap().text.rsplit_once('@').unwrap();
        format!("postgres://{name}:{password}@{host}")
            .parse()
            .unwrap()
    }

    /// Runs statements in the database; `:db` stands for its name.
    pub async fn prepare(&self, statements: &str) {
        let Made { text, pool, .. } = self.made.get().unwrap();
        let (_, name) = text.rsplit_once('/').unwrap();
        let statements = statements.replace(":db", name);
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements))
            .execute(pool)
            .await
            .unwrap();
    }

    /// A pool that bypasses the shop.
    pub async fn pool(&self) -> &PgPool {
        &self.made().await.pool
    }

    async fn made(&self) -> &Made {
        self.made.get_or_init(Self::make).await
    }

    /// Copies the template, which has the tables and a clock that tests can move.
    async fn make() -> Made {
        let server = server();
        let mut connection = PgConnection::connect(&server).await.unwrap();
        make_template(&server, &mut connection).await;
        Self::create(&server, &mut connection, &format!("template {TEMPLATE}")).await
    }

    async fn empty() -> Made {
        let server = server();
        let mut connection = PgConnection::connect(&server).await.unwrap();
        Self::create(&server, &mut connection, "").await
    }

    async fn create(server: &str, connection: &mut PgConnection, from: &str) -> Made {
        let name = format!("shop_{:016x}", rand::random::<u64>());
        execute(connection, &format!("create database {name} {from}")).await;
        Self::made_at(server, &name).await
    }

    async fn made_at(server: &str, name: &str) -> Made {
        let (server, _) = server.rsplit_once('/').unwrap();
        let text = format!("{server}/{name}");
        let url = text.parse().unwrap();
        let pool = PgPoolOptions::new()
            .max_connections(2)
            .connect(&text)
            .await
            .unwrap();
        Made { text, url, pool }
    }
}

/// The template of each test's database, so that the migrations run only once on a server.
const TEMPLATE: &str = "shop_template";

/// The server on which the tests create their databases.
fn server() -> String {
    std::env::var("BURTS_TEST_POSTGRES")
        .expect("BURTS_TEST_POSTGRES should be set: run this with scripts/with-postgres")
}

async fn execute(connection: &mut PgConnection, statements: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned()))
        .execute(connection)
        .await
        .unwrap();
}

/// Creates the template if there is none; other tests wait meanwhile.
async fn make_template(server: &str, connection: &mut PgConnection) {
    let is_there = format!("select exists (select from pg_database where datname = '{TEMPLATE}')");
    execute(connection, "select pg_advisory_lock(1)").await;
    let is_there: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(is_there))
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    if !is_there {
        // The template gets its name once it is complete and has no open connection.
        let making = format!("{TEMPLATE}_in_the_making");
        execute(connection, &format!("drop database if exists {making}")).await;
        execute(connection, &format!("create database {making}")).await;
        let made = Database::made_at(server, &making).await;
        migrate(&made.url, &[]).await.unwrap();
        sqlx::raw_sql(
            // A time in the past, so that any wall-clock time is later.
            "create table test_clock (now bigint);
             insert into test_clock values (1700000000000);
             create or replace function shop_now() returns bigint language sql volatile as
             $$ select now from test_clock $$",
        )
        .execute(&made.pool)
        .await
        .unwrap();
        made.pool.close().await;
        let rename = format!("alter database {making} rename to {TEMPLATE}");
        execute(connection, &rename).await;
    }
    execute(connection, "select pg_advisory_unlock(1)").await;
}

#[async_trait(?Send)]
impl Premises for Database {
    async fn open(&self) -> Arc<dyn Store> {
        let options = Options {
            terms: self.opening.terms,
            keep_contact: self.opening.keep_contact,
            ..Options::default()
        };
        let url = &self.made().await.url;
        let opened = PostgresStore::open(url, &self.opening.books, options);
        Arc::new(opened.await.unwrap())
    }

    fn slowness(&self) -> u32 {
        4
    }

    async fn pass(&self, time: Duration) {
        sqlx::query("update test_clock set now = now + $1")
            .bind(i64::try_from(time.as_millis()).unwrap())
            .execute(self.pool().await)
            .await
            .unwrap();
    }

    async fn audit(&self) -> Vec<String> {
        let mut inspection = Inspection::open(&self.made().await.url).await.unwrap();
        let findings = inspection.audit().await.unwrap().into_iter();
        findings
            .map(|finding| format!("{}: {}", finding.subject, finding.what))
            .collect()
    }

    async fn ledger(&self, book: &Slug) -> Vec<Movement> {
        let mut inspection = Inspection::open(&self.made().await.url).await.unwrap();
        inspection.ledger(book).try_collect().await.unwrap()
    }

    async fn staff_accounts(&self) -> Box<dyn StaffAccounts> {
        Box::new(
            PostgresStaffAccounts::open(&self.made().await.url)
                .await
                .unwrap(),
        )
    }

    async fn set_price(&self, book: &Slug, price: Price) {
        sqlx::query("update book set price_cents = $1 where slug = $2")
            .bind(i64::from(price.cents()))
            .bind(book.as_str())
            .execute(self.pool().await)
            .await
            .unwrap();
    }

    async fn prices(&self, book: &Slug) -> Vec<Price> {
        let cents: Vec<i64> = sqlx::query_scalar(
            "select price.price_cents from price join book on book.id = book_id
             where slug = $1 order by since",
        )
        .bind(book.as_str())
        .fetch_all(self.pool().await)
        .await
        .unwrap();
        let cents = cents.into_iter().map(|cents| u32::try_from(cents).unwrap());
        cents.map(Price::from_cents).collect()
    }

    async fn run_sql(&self, statement: &'static str) -> Result<(), sqlx::Error> {
        let ran = sqlx::query(statement).execute(self.pool().await).await;
        ran.map(drop)
    }
}
