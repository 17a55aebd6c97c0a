//! Measures searching and paging through a large catalogue in both stores: `scripts/with-postgres
//! cargo bench --profile release -p store --bench search`.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has failed"
)]

mod catalogue;
mod requests;

use std::{fs, sync::Arc, time::Instant};

use rand::{SeedableRng, rngs::StdRng};
use sqlx::{
    ConnectOptions, Connection, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions,
};
use store::{Options, Store, postgres::PostgresStore, sqlite::SqliteStore};

use catalogue::{Titles, books};
use requests::{TIMES, measure};

const SEED: u64 = 6;

fn main() {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(std::thread::available_parallelism().unwrap().get())
        .enable_all()
        .build()
        .unwrap()
        .block_on(measure_all());
}

/// Measures [`Store::browse`], from a parsed request to the data of its page.
/// `CATALOGUE_BOOKS` is the number of titles, 100,000 by default.
async fn measure_all() {
    let count = std::env::var("CATALOGUE_BOOKS").map_or(100_000, |count| count.parse().unwrap());
    let titles = Titles::new(&mut StdRng::seed_from_u64(SEED));
    let books = books(&titles, count);
    println!(
        "{count} books, {} cores for all of it, seed {SEED}, {TIMES} of each kind one after another",
        std::thread::available_parallelism().unwrap()
    );

    let data = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let store = SqliteStore::open(data.path(), &books, Options::default())
        .await
        .unwrap();
    println!(
        "\nSQLite: stocked in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    store.close().await;
    drop(store);
    let file = data.path().join("shop.sqlite");
    println!(
        "file: {:.1} MB",
        megabytes(fs::metadata(&file).unwrap().len())
    );
    let began = Instant::now();
    let store = SqliteStore::open(data.path(), &[], Options::default())
        .await
        .unwrap();
    println!("opened in {:.0} ms", began.elapsed().as_secs_f64() * 1e3);
    let mut editor = SqliteConnectOptions::new()
        .filename(&file)
        .connect()
        .await
        .unwrap();
    measure(Arc::new(store), &titles, &books, async |count: u32| {
        let sql = "update book set price_cents = price_cents + 1 where id <= ?";
        sqlx::query(sql)
            .bind(count)
            .execute(&mut editor as &mut SqliteConnection)
            .await
            .unwrap();
    })
    .await;

    let Ok(server) = std::env::var("BURTS_TEST_POSTGRES") else {
        println!("\nno PostgreSQL: run this with scripts/with-postgres");
        return;
    };
    let mut admin = PgConnection::connect(&server).await.unwrap();
    let version: String = sqlx::query_scalar("select current_setting('server_version')")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    sqlx::raw_sql("create database bench_search")
        .execute(&mut admin)
        .await
        .unwrap();
    let (server, _) = server.rsplit_once('/').unwrap();
    let text = format!("{server}/bench_search");
    let (url, began) = (text.parse().unwrap(), Instant::now());
    let store = PostgresStore::open(&url, &books, Options::default())
        .await
        .unwrap();
    println!(
        "\nPostgreSQL {version}: stocked in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    let mut editor = PgConnection::connect(&text).await.unwrap();
    sqlx::raw_sql("analyze").execute(&mut editor).await.unwrap();
    measure(Arc::new(store), &titles, &books, async |count: u32| {
        let sql = "update book set price_cents = price_cents + 1 where id <= $1";
        sqlx::query(sql)
            .bind(i64::from(count))
            .execute(&mut editor)
            .await
            .unwrap();
    })
    .await;
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
