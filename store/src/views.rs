//! What the store returns: books with their levels, and carts.

use shop::{Book, HoldState, Level, Price, Quantity, Sale, Slug, Timestamp};

/// A book with the level it has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfBook {
    /// What is sold.
    pub book: Book,
    /// How many copies are left.
    pub level: Level,
    /// On what terms it is sold, where they are its own.
    pub sale: Sale,
    /// It is not sold any more.
    pub withdrawn: bool,
}

/// A page of the catalogue, or of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CataloguePage {
    /// Its books, in the order that was asked for.
    pub books: Vec<ShelfBook>,
    /// How many there are on all pages together.
    pub total: u32,
}

/// A line of somebody's cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartLine {
    /// Which book, as it is sold now: its price may be another than the line's.
    pub book: Book,
    /// How many copies.
    pub quantity: Quantity,
    /// What one costs in this cart.
    pub price: Price,
    /// When the hold ends, or has ended.
    pub expires_at: Timestamp,
    /// `Active`, or `Lapsed` for a while after its time ran out.
    pub state: HoldState,
    /// It is offered to somebody who has waited, and not accepted yet.
    pub offered: bool,
    /// The shop has taken it back before its time.
    pub taken_back: bool,
}

/// Somebody's cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    /// Its lines, the oldest first.
    pub lines: Vec<CartLine>,
    /// The books that this shopper waits for.
    pub waits: Vec<Slug>,
    /// The moment, by the store's clock: what the holds' ends are to be compared with.
    pub now: Timestamp,
    /// How often this shopper's cart or orders have changed: what `Topic::Mine` tells.
    pub number: u64,
}

/// How many holds and orders are open in the whole shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenCounts {
    /// Lines of carts, and offers, that have not ended.
    pub holds: u64,
    /// Orders that wait to be collected.
    pub orders: u64,
}
