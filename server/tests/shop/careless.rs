//! A store with the shop's own decision and nothing around it: for seeing that
//! what is promised of the real one can be broken.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use shop::{
    Command, Done, Level, OnShelf, Order, OrderCode, Price, ShopperId, Slug, Stock, World, decide,
};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use store::{Cart, Feed, NewBook, ShelfBook, Store, StoreError, opening_catalogue};

use crate::helpers::{PATIENCE, open_store, slug};

/// What it does not take care of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Carelessness {
    /// It reads, decides, and then writes, with no transaction and no constraint.
    NoTransaction,
    /// It writes with care, but a level that was read once is never read again.
    StaleLevels,
}

/// It sells one book, `drop`, ten copies, one to each shopper.
pub struct Careless {
    how: Carelessness,
    careful: Arc<dyn Store>,
    stock: SqlitePool,
    one_at_a_time: tokio::sync::Mutex<()>,
}

impl Careless {
    pub async fn open(data: &Path, how: Carelessness) -> Arc<dyn Store> {
        let book = NewBook {
            slug: "drop",
            copies: 10,
            ..opening_catalogue()[0]
        };
        Arc::new(Self {
            how,
            careful: open_store(data, &[book]).await,
            stock: stock(data).await,
            one_at_a_time: tokio::sync::Mutex::default(),
        })
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
        })
    }

    async fn sell(&self, command: Command) -> Result<Done, StoreError> {
        let book = slug("drop");
        let shelf = OnShelf {
            stock: self.read().await?,
            price: Price::from_cents(2_000),
        };
        let world = World {
            books: [(book.clone(), shelf)].into(),
            ..World::default()
        };
        let (mut answers, changes) = decide(world, &[command]);
        if let Some(after) = changes.stocks.get(&book) {
            sqlx::query("update stock set held = ?, version = ?")
                .bind(after.held)
                .bind(after.version.cast_signed())
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
impl Store for Careless {
    async fn submit(&self, command: Command) -> Result<Done, StoreError> {
        let _turn = match self.how {
            Carelessness::NoTransaction => None,
            Carelessness::StaleLevels => Some(self.one_at_a_time.lock().await),
        };
        self.sell(command).await
    }

    async fn levels(&self, books: &[Slug]) -> Result<Vec<Level>, StoreError> {
        match self.how {
            Carelessness::NoTransaction => Ok(vec![self.read().await?.level(slug("drop"))]),
            Carelessness::StaleLevels => self.careful.levels(books).await,
        }
    }

    async fn shelf(&self) -> Result<Vec<ShelfBook>, StoreError> {
        self.careful.shelf().await
    }

    async fn book(&self, book: &Slug) -> Result<ShelfBook, StoreError> {
        self.careful.book(book).await
    }

    async fn cart(&self, shopper: ShopperId) -> Result<Cart, StoreError> {
        self.careful.cart(shopper).await
    }

    async fn order(&self, code: OrderCode) -> Result<Order, StoreError> {
        self.careful.order(code).await
    }

    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError> {
        self.careful.cookie_secret().await
    }

    fn feed(&self) -> &Arc<Feed> {
        self.careful.feed()
    }

    async fn close(&self) {
        self.careful.close().await;
    }
}
