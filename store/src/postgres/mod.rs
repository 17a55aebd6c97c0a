//! The store of many instances: one PostgreSQL, to which each of them writes.
//!
//! Each instance has one writer, as the embedded store has. A batch is one
//! transaction: `lock` takes the rows of its books in sorted order, `load` reads what
//! they guard, `shop` decides, `save` writes what has changed. After the commit
//! `announce` tells the other instances, and `hear` hears of theirs.
//!
//! The clock is the database's, so that every instance ends a hold at the same moment.

mod announce;
mod copy;
mod desk;
mod error;
mod hear;
mod inspect;
mod load;
mod lock;
mod open;
mod reads;
mod save;
mod url;

use std::sync::Arc;

use async_trait::async_trait;
use shop::{Command, Done, Order, OrderCode, ShopperId, Slug};
use sqlx::{Connection, PgPool};
use tokio::{sync::Notify, task::JoinSet};

use crate::{Cart, Change, Feed, NewBook, Options, ShelfBook, Store, StoreError, Topic};
pub use copy::{CopyError, Progress, copy_shop};
pub use error::ConnectError;
pub use inspect::Inspection;
pub use url::{DatabaseUrl, InvalidDatabaseUrl};

use crate::writer::Writer;
use announce::Announcer;
use desk::Desk;
use hear::Channels;

/// A shop kept in PostgreSQL, as one of its instances has it.
#[derive(Debug)]
pub struct PostgresStore {
    reads: PgPool,
    writer: Writer,
    feed: Arc<Feed>,
    /// What goes on beside the writer, until this is dropped or closed.
    beside: tokio::sync::Mutex<JoinSet<()>>,
}

impl PostgresStore {
    /// Opens the shop, brings its tables up to date, and makes a new one with these
    /// books where there is none. Other instances may have it open, or do the same.
    ///
    /// # Errors
    /// [`ConnectError`], with nothing touched.
    pub async fn open(
        url: &DatabaseUrl,
        opening: &[NewBook],
        options: Options,
    ) -> Result<Self, ConnectError> {
        migrate(url, opening).await?;
        let mut connection = open::connect(url).await?;
        let channels = channels(&mut connection)
            .await
            .map_err(|source| ConnectError::of(url, source))?;
        // What it was for is done.
        let _ = connection.close().await;

        let (feed, ring) = (Arc::new(Feed::default()), Arc::new(Notify::new()));
        let (reads, announcer) = (open::pool(url), Announcer::default());
        let desk = Desk::new(
            url.options(),
            options,
            Arc::clone(&feed),
            announcer.clone(),
            Arc::clone(&ring),
        );
        let mut beside = JoinSet::new();
        beside.spawn(announcer.work(reads.clone(), channels.everyone.clone()));
        beside.spawn(hear::reread(
            reads.clone(),
            Arc::clone(&feed),
            Arc::clone(&ring),
            channels.own.clone(),
        ));
        beside.spawn(hear::listen(
            url.clone(),
            Arc::clone(&feed),
            Arc::clone(&ring),
            channels,
        ));
        Ok(Self {
            reads,
            writer: Writer::spawn(desk, options.batch),
            feed,
            beside: tokio::sync::Mutex::new(beside),
        })
    }
}

/// Makes a shop's tables or brings them up to date, and stocks a new shop.
///
/// # Errors
/// [`ConnectError`], with nothing touched.
pub async fn migrate(url: &DatabaseUrl, opening: &[NewBook]) -> Result<(), ConnectError> {
    let mut connection = open::connect(url).await?;
    open::migrate(&mut connection, url, opening).await?;
    // What it was for is done.
    let _ = connection.close().await;
    Ok(())
}

/// Named after the schema: two shops in one database do not hear each other.
async fn channels(connection: &mut sqlx::PgConnection) -> Result<Channels, sqlx::Error> {
    let schema: i64 = sqlx::query_scalar("select current_schema()::regnamespace::oid::bigint")
        .fetch_one(connection)
        .await?;
    let own: u64 = rand::random();
    Ok(Channels {
        everyone: format!("burts_books_{schema}"),
        own: format!("burts_books_{schema}_{own:016x}"),
    })
}

#[async_trait]
impl Store for PostgresStore {
    async fn shelf(&self) -> Result<Vec<ShelfBook>, StoreError> {
        reads::shelf(&self.reads).await
    }

    async fn book(&self, book: &Slug) -> Result<ShelfBook, StoreError> {
        reads::book(&self.reads, book).await
    }

    async fn newest(&self, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        reads::newest(&self.reads, topics).await
    }

    async fn cart(&self, shopper: ShopperId) -> Result<Cart, StoreError> {
        reads::cart(&self.reads, shopper).await
    }

    async fn order(&self, code: OrderCode) -> Result<Order, StoreError> {
        reads::order(&self.reads, code).await
    }

    async fn submit(&self, command: Command) -> Result<Done, StoreError> {
        self.writer.submit(command).await
    }

    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError> {
        reads::cookie_secret(&self.reads).await
    }

    fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    async fn failed(&self) {
        self.writer.failed().await;
    }

    async fn close(&self) {
        self.writer.close().await;
        self.beside.lock().await.shutdown().await;
        self.reads.close().await;
    }
}
