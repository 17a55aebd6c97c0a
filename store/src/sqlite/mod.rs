//! The embedded store: one SQLite file in a data directory.
//!
//! Reads go through a small pool of read-only connections and never wait for a
//! write (WAL). Writes go through one task (`writer`), one durable
//! transaction each.

mod open;
mod reads;
mod writer;

use std::{fs::File, path::Path, sync::Arc};

use async_trait::async_trait;
use shop::{Level, ShopperId, Slug};
use sqlx::SqlitePool;

use crate::{Feed, Held, NewBook, OpenError, Released, ShelfBook, Store, StoreError};
use writer::Writer;

/// A shop kept in one SQLite file. This process owns it while this exists.
#[derive(Debug)]
pub struct SqliteStore {
    reads: SqlitePool,
    writer: Writer,
    feed: Arc<Feed>,
    /// Locked; the lock ends with the process at the latest.
    _lock: File,
}

impl SqliteStore {
    /// Opens the shop in a directory, and makes a new one with these books
    /// where there is none.
    ///
    /// # Errors
    /// [`OpenError`], with nothing touched, when the directory cannot be used, the
    /// file is not ours, or another process has it open.
    pub async fn open(directory: &Path, opening: &[NewBook]) -> Result<Self, OpenError> {
        let opened = open::open(directory, opening).await?;
        let feed = Arc::new(Feed::default());
        Ok(Self {
            reads: opened.reads,
            writer: Writer::spawn(opened.writes, opened.options, Arc::clone(&feed)),
            feed,
            _lock: opened.lock,
        })
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn shelf(&self) -> Result<Vec<ShelfBook>, StoreError> {
        reads::shelf(&self.reads).await
    }

    async fn book(&self, book: &Slug) -> Result<ShelfBook, StoreError> {
        reads::book(&self.reads, book).await
    }

    async fn levels(&self, books: &[Slug]) -> Result<Vec<Level>, StoreError> {
        reads::levels(&self.reads, books).await
    }

    async fn cart(&self, shopper: ShopperId) -> Result<Vec<Slug>, StoreError> {
        reads::cart(&self.reads, shopper).await
    }

    async fn hold(&self, shopper: ShopperId, book: Slug) -> Result<Held, StoreError> {
        self.writer.hold(shopper, book).await
    }

    async fn release(&self, shopper: ShopperId, book: Slug) -> Result<Released, StoreError> {
        self.writer.release(shopper, book).await
    }

    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError> {
        reads::cookie_secret(&self.reads).await
    }

    fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    async fn close(&self) {
        // The writer last: only a connection that may write can tidy up the log.
        self.reads.close().await;
        self.writer.close().await;
    }
}
