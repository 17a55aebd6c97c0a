//! What the rest of the shop can ask of its data.

use std::sync::Arc;

use async_trait::async_trait;
use shop::{Book, Level, ShopperId, Slug};

use crate::{Feed, StoreError};

/// A book with the level it has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfBook {
    /// What is sold.
    pub book: Book,
    /// How many copies are left.
    pub level: Level,
}

/// The answer to a hold: the shopper has the copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The level now.
    pub level: Level,
    /// False if they had it already and nothing has changed.
    pub changed: bool,
}

/// The answer to a release: the shopper has no copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// The level now.
    pub level: Level,
    /// False if they had none and nothing has changed.
    pub changed: bool,
}

/// The shop's data. Cheap to share as `Arc<dyn Store>`: server functions cannot
/// be generic, so it must be usable as an object.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Every book with its level, in the catalogue's order.
    async fn shelf(&self) -> Result<Vec<ShelfBook>, StoreError>;

    /// One book with its level.
    ///
    /// # Errors
    /// [`StoreError::NoSuchBook`].
    async fn book(&self, book: &Slug) -> Result<ShelfBook, StoreError>;

    /// The levels of some books, in the order they were asked for.
    ///
    /// # Errors
    /// [`StoreError::NoSuchBook`] naming the first that is not known.
    async fn levels(&self, books: &[Slug]) -> Result<Vec<Level>, StoreError>;

    /// The books of which this shopper holds a copy.
    async fn cart(&self, shopper: ShopperId) -> Result<Vec<Slug>, StoreError>;

    /// Puts a copy into the shopper's cart. Durable once answered, and published
    /// to the [`Feed`] after it is durable. Holding it already changes nothing.
    ///
    /// # Errors
    /// [`StoreError::SoldOut`], [`StoreError::NoSuchBook`], [`StoreError::Busy`].
    async fn hold(&self, shopper: ShopperId, book: Slug) -> Result<Held, StoreError>;

    /// Takes the copy out of the shopper's cart. Durable once answered. Holding
    /// none is fine.
    ///
    /// # Errors
    /// [`StoreError::NoSuchBook`], [`StoreError::Busy`].
    async fn release(&self, shopper: ShopperId, book: Slug) -> Result<Released, StoreError>;

    /// The 64 random bytes that this shop signs its cookies with. The same for
    /// ever, and for every instance.
    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError>;

    /// Where changes are announced.
    fn feed(&self) -> &Arc<Feed>;

    /// Finishes what was begun and closes the files.
    async fn close(&self);
}
