//! The race for the last copies, and the same race with the guard taken away.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use futures::future::join_all;
use reqwest::{Client, StatusCode};
use shop::{Command, Done, OnShelf, Price, Stock, World, decide};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use store::{Store, StoreError, opening_catalogue};

use crate::{
    altered::{Alteration, Altered},
    helpers::{PATIENCE, TestShop, open_store, slug, spawn_shop_over, spawn_shop_with},
};

/// Two hundred shoppers, each with a cookie of their own, at the same time.
async fn two_hundred_want_one(shop: &TestShop) -> Vec<StatusCode> {
    let client = Client::new();
    let wishes = (0..200).map(|_| {
        let request = client
            .post(shop.url("/api/add_to_cart"))
            .form(&[("book", "drop")]);
        async { request.send().await.unwrap().status() }
    });
    join_all(wishes).await
}

fn count(verdicts: &[StatusCode], status: StatusCode) -> usize {
    verdicts
        .iter()
        .filter(|&&verdict| verdict == status)
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_copies_go_to_exactly_ten_of_two_hundred_shoppers() {
    let shop = spawn_shop_with(10).await;
    let verdicts = two_hundred_want_one(&shop).await;
    assert_eq!(count(&verdicts, StatusCode::OK), 10);
    assert_eq!(count(&verdicts, StatusCode::CONFLICT), 190);
    let level = shop.store.book(&slug("drop")).await.unwrap().level;
    assert_eq!((level.available, level.version), (0, 11));
}

/// The positive control: the race above can be lost.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_guard_the_same_race_oversells() {
    let data = tempfile::tempdir().unwrap();
    let book = store::NewBook {
        slug: "drop",
        copies: 10,
        ..opening_catalogue()[0]
    };
    let inner = open_store(data.path(), &[book]).await;
    let stock = careless_stock(data.path()).await;
    let by = Careless { stock };
    let shop = spawn_shop_over(Arc::new(Altered { inner, by }), data).await;
    let verdicts = two_hundred_want_one(&shop).await;
    let held = count(&verdicts, StatusCode::OK);
    assert!(held > 10, "{held} shoppers were promised one of ten copies");
}

/// A store with the shop's own decision, but with nothing around it: it reads,
/// decides, and then writes, with no transaction and no constraint.
struct Careless {
    stock: SqlitePool,
}

async fn careless_stock(data: &Path) -> SqlitePool {
    let file = SqliteConnectOptions::new().filename(data.join("careless.sqlite"));
    let file = file.create_if_missing(true).busy_timeout(PATIENCE);
    let pool = SqlitePoolOptions::new()
        .max_connections(16)
        .connect_with(file)
        .await
        .unwrap();
    for statement in [
        "create table stock (held integer)",
        "insert into stock values (0)",
    ] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    pool
}

#[async_trait]
impl Alteration for Careless {
    async fn submit(&self, _: &dyn Store, command: Command) -> Result<Done, StoreError> {
        let held: u32 = sqlx::query_scalar("select held from stock")
            .fetch_one(&self.stock)
            .await?;
        let book = slug("drop");
        let stock = Stock {
            on_hand: 10,
            held,
            allocated: 0,
            version: 2,
        };
        let shelf = OnShelf {
            stock,
            price: Price::from_cents(2_000),
        };
        let world = World {
            books: [(book.clone(), shelf)].into(),
            ..World::default()
        };
        let (mut answers, changes) = decide(world, &[command]);
        if let Some(after) = changes.stocks.get(&book) {
            sqlx::query("update stock set held = ?")
                .bind(after.held)
                .execute(&self.stock)
                .await?;
        }
        Ok(answers.remove(0)?)
    }
}
