//! What the shop answers to a command.

use serde::{Deserialize, Serialize};

use crate::{Landing, Level, OrderCode, OrderLine, Price, Slug, Timestamp};

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// The line of the cart as it is now.
    Line(Line),
    /// The order that was placed.
    Placed(Placed),
    /// The order was closed.
    Closed,
    /// The order's copies lie ready.
    Ready,
    /// The book's level now.
    Stocked(Level),
    /// Where somebody who waits stands.
    Waiting(Waiting),
    /// It is known who is there.
    Attended,
    /// What has become of the lines, without those that had been taken in before.
    Delivered(Vec<Landing>),
}

/// A wait after a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// When it is over at the latest.
    pub until: Timestamp,
    /// Until when a copy is offered, if one is already.
    pub offered_until: Option<Timestamp>,
    /// How many are left for others.
    pub level: Level,
}

/// A line of a cart after a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// How many copies are in the cart now.
    pub quantity: u32,
    /// What one costs.
    pub price: Price,
    /// Until when they are held; nothing where none is.
    pub expires_at: Option<Timestamp>,
    /// How many are left for others.
    pub level: Level,
}

/// An order that was placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// Its code.
    pub code: OrderCode,
    /// What is set aside.
    pub lines: Vec<OrderLine>,
    /// Books whose hold had run out and of which too few copies were left.
    pub gone: Vec<Slug>,
    /// Until when it waits.
    pub collect_by: Timestamp,
}

/// Why something was not done. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No book of that name.
    #[error("there is no book “{0}”")]
    NoSuchBook(Slug),
    /// Fewer copies are available than were asked for.
    #[error("only {available} are available")]
    SoldOut {
        /// How many are.
        available: u32,
    },
    /// More than one shopper may have.
    #[error("at most {limit} copies of one book for each shopper")]
    OverLimit {
        /// How many that is.
        limit: u32,
    },
    /// There is no such line in the cart.
    #[error("that is not in the cart")]
    NotInCart,
    /// A hold cannot be made to last longer.
    #[error("it cannot be held any longer")]
    HeldLongEnough,
    /// There is nothing in the cart.
    #[error("the cart is empty")]
    EmptyCart,
    /// There is nothing left to order.
    #[error("nothing in the cart can be ordered")]
    NothingToOrder {
        /// Books whose hold had run out and of which too few copies are left.
        gone: Vec<Slug>,
    },
    /// No order has that code.
    #[error("there is no order {0}")]
    NoSuchOrder(OrderCode),
    /// The order is closed already, in another way.
    #[error("the order is closed already")]
    OrderClosed,
    /// Copies are promised to carts and orders.
    #[error("{promised} copies are promised to carts and orders, and must stay")]
    Promised {
        /// How many.
        promised: u32,
    },
    /// More copies of one book than can be counted.
    #[error("the shop cannot count more than {} copies of one book", u32::MAX)]
    TooManyCopies,
    /// The book is withdrawn.
    #[error("it is not sold any more")]
    Withdrawn,
    /// The sale has not begun.
    #[error("it is sold from {opens_at} on")]
    NotYet {
        /// When it does.
        opens_at: Timestamp,
    },
    /// Somebody would wait for what is in the cart.
    #[error("that is in the cart already")]
    InCart,
    /// More books than one shopper may wait for.
    #[error("one shopper can wait for {limit} books at a time")]
    TooManyWaits {
        /// How many that is.
        limit: u32,
    },
    /// Nothing is offered, or not any more.
    #[error("nothing is offered any more")]
    NoOffer,
    /// The import is not being taken in: it was called off, or is over.
    #[error("the import is not being taken in")]
    NotImporting,
    /// The key was used for another submission.
    #[error("the key was used for another submission")]
    KeyReused,
}
