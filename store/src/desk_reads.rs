//! Queries for the staff's desk: orders, claims on a book's copies, and books that sell out.

mod commitments;
/// What a day at the desk begins with: counts of orders, offers, and books in short supply.
mod day;
/// The list of orders.
mod orders;
mod sql;

use std::collections::HashMap;

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
    /// Open orders that are not ready yet, by collection deadline.
    ToPrepare,
    /// Open orders that are ready to collect, by collection deadline.
    Ready,
    /// Open orders that must be collected before a time, by collection deadline.
    EndingBefore(Timestamp),
    /// Orders placed or closed since a time, newest first.
    Since(Timestamp),
    /// Orders not collected in time, newest first.
    Overdue,
    /// All orders, newest first.
    All,
}

/// The column by which orders are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderColumn {
    /// The name, as the database compares text. Orders without one come last.
    Name,
    /// When the order was placed.
    Placed,
    /// The collection deadline.
    CollectBy,
    /// The state: placed, ready, collected, cancelled, overdue.
    State,
}

/// The order of a list of orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderSort {
    /// The column.
    pub column: OrderColumn,
    /// Whether the highest comes first.
    pub is_descending: bool,
}

/// A search for orders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderSearch {
    /// Which orders to search.
    pub filter: OrderFilter,
    /// Part of the name, e-mail address or telephone number, regardless of case and accents.
    pub contact: Option<String>,
    /// The order of the list. `None` is the filter's own.
    pub sort: Option<OrderSort>,
    /// How many of the orders found to leave out first.
    pub skip: u32,
    /// The most orders to return.
    pub limit: u32,
}

/// The numbers of open orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OrderCounts {
    /// Those that are not ready yet.
    pub to_prepare: u64,
    /// Those that are ready to collect.
    pub ready: u64,
    /// Those that must be collected before the time asked for, ready or not.
    pub ending: u64,
}

/// What a book is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookName {
    /// The book's title.
    pub title: String,
    /// The author's name.
    pub author: String,
    /// The ISBN, if the book has one.
    pub isbn: Option<Isbn>,
}

/// A copy that is kept for the first shopper of a waitlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenOffer {
    /// The book.
    pub book: Slug,
    /// The book's title.
    pub title: String,
    /// When the offer ends.
    pub until: Timestamp,
}

/// A book of which few or no copies are available, and which is wanted or has a reorder point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortBook {
    /// The book.
    pub book: Slug,
    /// The book's title.
    pub title: String,
    /// Copies available now.
    pub available: u32,
    /// Copies ordered, or sold at the counter, since the time asked for. Cancelled orders do not count.
    pub ordered: u32,
    /// Shoppers on the waitlist.
    pub waiting: u32,
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

    /// The numbers of open orders; `ending` are those with a deadline before that time.
    async fn order_counts(&self, ending_before: Timestamp) -> Result<OrderCounts, StoreError>;

    /// At most `limit` offers that have not ended, the first to end first.
    async fn offers(&self, limit: u32) -> Result<Vec<OpenOffer>, StoreError>;

    /// At most `limit` books on sale that were ordered since that time, or for which shoppers wait,
    /// and of which at most `few` copies are available; the fewest first. A book for which shoppers
    /// wait is listed with any number of copies.
    async fn short_books(
        &self,
        since: Timestamp,
        few: u32,
        limit: u32,
    ) -> Result<Vec<ShortBook>, StoreError>;

    /// What these books are called; unknown books are left out.
    async fn names(&self, books: &[Slug]) -> Result<HashMap<Slug, BookName>, StoreError>;

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
