//! A store with a deliberate flaw, to show that the tests notice it.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use shop::{BookState, Command, Done, Price, Sale, Stock, World, decide};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use store::{Change, NewBook, Store, StoreError, Topic, opening_catalogue};

use crate::shop::{
    altered::{Alteration, Altered},
    helpers::{PATIENCE, open_store, slug},
};

/// What the store does wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Flaw {
    /// It reads, decides and then writes, without a transaction or a constraint.
    NoTransaction,
    /// It writes correctly, but never reads a level again.
    StaleLevels,
}

/// A store with a [`Flaw`]. It sells ten copies of one book, `drop`, one to each shopper.
pub struct BrokenStore {
    flaw: Flaw,
    stock: SqlitePool,
    one_at_a_time: tokio::sync::Mutex<()>,
}

impl BrokenStore {
    pub async fn open(data: &Path, flaw: Flaw) -> Arc<dyn Store> {
        let book = NewBook {
            slug: "drop",
            copies: 10,
            ..opening_catalogue()[0]
        };
        let inner = open_store(data, &[book]).await;
        let by = Self {
            flaw,
            stock: stock(data).await,
            one_at_a_time: tokio::sync::Mutex::default(),
        };
        Arc::new(Altered { inner, by })
    }

    async fn read(&self) -> Result<Stock, StoreError> {
        let (held, version) = sqlx::query_as("select held, version from stock")
            .fetch_one(&self.stock)
            .await?;
        Ok(Stock {
            on_hand: 10,
            held,
            allocated: 0,
            version,
            page: 1,
        })
    }

    async fn sell(&self, command: Command) -> Result<Done, StoreError> {
        let book = slug("drop");
        let shelf = BookState {
            stock: self.read().await?,
            price: Price::from_cents(2_000),
            sale: Sale::default(),
            withdrawn: false,
        };
        let world = World {
            books: [(book.clone(), shelf)].into(),
            ..World::default()
        };
        let (mut answers, changes) = decide(world, &[command]);
        if let Some(after) = changes.stocks.get(&book) {
            sqlx::query("update stock set held = ?, version = ?")
                .bind(after.stock.held)
                .bind(after.stock.version.cast_signed())
                .execute(&self.stock)
                .await?;
        }
        Ok(answers.remove(0)?)
    }
}

async fn stock(data: &Path) -> SqlitePool {
    let file = SqliteConnectOptions::new().filename(data.join("careless.sqlite"));
    let file = file.create_if_missing(true).busy_timeout(PATIENCE);
    let pool = SqlitePoolOptions::new()
        .max_connections(16)
        .connect_with(file)
        .await
        .unwrap();
    for statement in [
        "create table stock (held integer, version integer)",
        "insert into stock values (0, 1)",
    ] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    pool
}

#[async_trait]
impl Alteration for BrokenStore {
    async fn submit(&self, store: &dyn Store, command: Command) -> Result<Done, StoreError> {
        let _turn = match self.flaw {
            Flaw::NoTransaction => None,
            Flaw::StaleLevels => Some(self.one_at_a_time.lock().await),
        };
        let done = self.sell(command).await?;
        if let (Flaw::NoTransaction, Done::Line(line)) = (self.flaw, &done) {
            store.feed().publish(Change::Level(line.level.clone()));
        }
        Ok(done)
    }

    async fn newest(&self, store: &dyn Store, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        match self.flaw {
            Flaw::NoTransaction => {
                let level = self.read().await?;
                let level = level.level(slug("drop"), Price::from_cents(2_000), false);
                Ok(vec![Change::Level(level)])
            }
            Flaw::StaleLevels => store.newest(topics).await,
        }
    }
}
