//! What the store returns: books with their levels, and carts.

use shop::{Book, HoldState, Level, Price, Quantity, Sale, Slug, Timestamp};

/// A book with its current level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfBook {
    /// The book.
    pub book: Book,
    /// The book's level.
    pub level: Level,
    /// The book's own terms of sale.
    pub sale: Sale,
    /// Whether the book is withdrawn from sale.
    pub withdrawn: bool,
}

/// A page of the catalogue, or of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CataloguePage {
    /// The page's books, in the order requested.
    pub books: Vec<ShelfBook>,
    /// The number of books on all pages.
    pub total: u32,
}

/// A line of a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartLine {
    /// The book; its current price may differ from the line's.
    pub book: Book,
    /// The book's level, with the copies that are available to others.
    pub level: Level,
    /// The book's own terms of sale.
    pub sale: Sale,
    /// The number of copies.
    pub quantity: Quantity,
    /// The price of a copy in this cart.
    pub price: Price,
    /// When the hold began.
    pub held_since: Timestamp,
    /// When the hold ends or ended.
    pub expires_at: Timestamp,
    /// `Active`, or `Lapsed` for a while after it expired.
    pub state: HoldState,
    /// Whether this is a waitlist offer that was not accepted yet.
    pub offered: bool,
    /// Whether the shop ended the hold early.
    pub taken_back: bool,
    /// The copies of the book in the shopper's open orders.
    pub ordered: u32,
}

/// A shopper's cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    /// The lines, oldest first.
    pub lines: Vec<CartLine>,
    /// The books that the shopper waits for.
    pub waits: Vec<Slug>,
    /// The current time by the store's clock, to compare the holds' ends with.
    pub now: Timestamp,
    /// The number of changes to the shopper's cart and orders, as in
    /// [`Change::Mine`](crate::Change).
    pub number: u64,
}

/// The number of open holds and orders in the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenCounts {
    /// Lines of carts, and offers, that have not ended.
    pub holds: u64,
    /// Open orders.
    pub orders: u64,
}
