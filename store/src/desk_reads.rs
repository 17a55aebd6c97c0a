//! Queries for the staff's desk: orders, claims on a book's copies, and books that sell out.

mod commitments;
mod sql;

use async_trait::async_trait;
use shop::{Hold, Isbn, Order, OrderCode, Receipt, ReceiptCode, Slug, Stock, Timestamp};

pub(crate) use self::sql::SqlDeskReads;
use crate::StoreError;

/// Which orders to return, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrderFilter {
    /// Open orders, by collection deadline.
    #[default]
    Open,
    /// Orders placed or closed since a time, newest first.
    Since(Timestamp),
    /// Orders not collected in time, newest first.
    Overdue,
    /// All orders, newest first.
    All,
}

/// A search for orders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderSearch {
    /// Which orders to search.
    pub filter: OrderFilter,
    /// Part of the name, e-mail address or telephone number, regardless of case and accents.
    pub contact: Option<String>,
    /// The most orders to return.
    pub limit: u32,
}

/// The claims on a book's copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitments {
    /// The book's stock.
    pub stock: Stock,
    /// Holds and offers, the first to end first, up to the limit.
    pub holds: Vec<Hold>,
    /// Open orders: the code, the number of copies, and the collection deadline.
    pub orders: Vec<(OrderCode, u32, Timestamp)>,
    /// The current time by the store's clock.
    pub now: Timestamp,
}

/// A book whose available copies have fallen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FallingStock {
    /// The book.
    pub book: Slug,
    /// The book's title.
    pub title: String,
    /// Copies available now.
    pub available: u32,
    /// How many more copies were available at the earlier time.
    pub fewer: u32,
}

/// A sale that has not opened yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpcomingSale {
    /// The book.
    pub book: Slug,
    /// The book's title.
    pub title: String,
    /// When the sale opens.
    pub opens_at: Timestamp,
}

/// The desk's queries. Shared as an object, like the store itself.
#[async_trait]
pub trait DeskReads: Send + Sync + 'static {
    /// Orders, each with its lines.
    async fn orders(&self, search: &OrderSearch) -> Result<Vec<Order>, StoreError>;

    /// The stock of these books; unknown books are left out.
    async fn stocks(&self, books: &[Slug]) -> Result<Vec<(Slug, Stock)>, StoreError>;

    /// The claims on a book's copies: at most `limit` holds and `limit` orders.
    ///
    /// # Errors
    /// [`shop::Refusal::NoSuchBook`].
    async fn commitments(&self, book: &Slug, limit: u32) -> Result<Commitments, StoreError>;

    /// At most `limit` withdrawn books, by title.
    async fn withdrawn(&self, limit: u32) -> Result<Vec<(Slug, String)>, StoreError>;

    /// At most `limit` sales that have not opened yet, the next one first. Withdrawn books are left
    /// out.
    async fn upcoming_sales(&self, limit: u32) -> Result<Vec<UpcomingSale>, StoreError>;

    /// Books on sale with fewer copies available than at that time. Those that will sell out first
    /// at this rate come first.
    async fn falling(
        &self,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<FallingStock>, StoreError>;

    /// The book with an ISBN, if there is one.
    async fn book_with_isbn(&self, isbn: &Isbn) -> Result<Option<Slug>, StoreError>;

    /// The receipt with a code, if there is one. Its lines are sorted by title.
    async fn receipt(&self, code: ReceiptCode) -> Result<Option<Receipt>, StoreError>;

    /// The current time by the store's clock.
    async fn now(&self) -> Result<Timestamp, StoreError>;
}

impl std::fmt::Debug for dyn DeskReads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeskReads")
    }
}

impl FallingStock {
    /// How long the copies will last at this rate, in multiples of the period over which they fell.
    #[must_use]
    pub fn lasts(&self) -> f64 {
        f64::from(self.available) / f64::from(self.fewer.max(1))
    }
}
