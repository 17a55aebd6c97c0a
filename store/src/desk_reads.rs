//! Reads that only the desk makes: which orders there are, what a book's copies are promised
//! to, and which books sell out.

mod sql;

use async_trait::async_trait;
use shop::{Hold, Order, OrderCode, Slug, Stock, Timestamp};

pub(crate) use self::sql::SqlDeskReads;
use crate::StoreError;

/// Which orders are wanted, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrderFilter {
    /// Those that wait to be collected, the soonest due first.
    #[default]
    Open,
    /// Those that were placed or closed since a moment, the newest first.
    Since(Timestamp),
    /// Those that nobody collected in time, the newest first.
    Overdue,
    /// All, the newest first.
    All,
}

/// A search for orders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderSearch {
    /// Which of them.
    pub filter: OrderFilter,
    /// A part of the name, e-mail address or telephone number, whatever its case and accents.
    pub contact: Option<String>,
    /// The most orders to return.
    pub limit: u32,
}

/// What a book's copies are promised to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitments {
    /// How many copies there are.
    pub stock: Stock,
    /// Holds and offers, the first to end first; no more than were asked for.
    pub holds: Vec<Hold>,
    /// Open orders of it: the code, how many copies, when it is to be collected by.
    pub orders: Vec<(OrderCode, u32, Timestamp)>,
    /// The moment, by the store's clock.
    pub now: Timestamp,
}

/// A book with fewer copies available than a while ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FallingStock {
    /// Which book.
    pub book: Slug,
    /// Its title.
    pub title: String,
    /// How many copies are available now.
    pub available: u32,
    /// How many more were available then.
    pub fewer: u32,
}

/// What the desk reads. Cheap to share as an object, like the store itself.
#[async_trait]
pub trait DeskReads: Send + Sync + 'static {
    /// Orders, each with its lines.
    async fn orders(&self, search: &OrderSearch) -> Result<Vec<Order>, StoreError>;

    /// The copies of these books, without the books that do not exist.
    async fn stocks(&self, books: &[Slug]) -> Result<Vec<(Slug, Stock)>, StoreError>;

    /// What a book's copies are promised to: at most `limit` holds and `limit` orders.
    ///
    /// # Errors
    /// [`shop::Refusal::NoSuchBook`].
    async fn commitments(&self, book: &Slug, limit: u32) -> Result<Commitments, StoreError>;

    /// At most `limit` withdrawn books, by title.
    async fn withdrawn(&self, limit: u32) -> Result<Vec<(Slug, String)>, StoreError>;

    /// Books on sale with fewer copies available than at that moment; those that will be sold
    /// out first, if sales go on as they are, come first.
    async fn falling(
        &self,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<FallingStock>, StoreError>;

    /// The moment, by the store's clock.
    async fn now(&self) -> Result<Timestamp, StoreError>;
}

impl std::fmt::Debug for dyn DeskReads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeskReads")
    }
}

impl FallingStock {
    /// How long the copies will last, in multiples of the time in which they fell this far.
    #[must_use]
    pub fn lasts(&self) -> f64 {
        f64::from(self.available) / f64::from(self.fewer.max(1))
    }
}
