//! One row of the ledger: what changed, by how much, for whom, why.

use std::{fmt, str::FromStr};

use crate::{HoldId, OrderId, Slug, Stock, Timestamp};

/// One row of the ledger. It is written once and never changed; a book's stock
/// is the sum of its movements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// Which book.
    pub book: Slug,
    /// The version of the book's level that this made: 1, 2, 3, …
    pub version: u64,
    /// What happened.
    pub kind: MovementKind,
    /// By how much the copies in the shop changed.
    pub on_hand: i64,
    /// By how much the copies in carts changed.
    pub held: i64,
    /// By how much the copies in open orders changed.
    pub allocated: i64,
    /// The hold that it was for, if it was for one.
    pub hold: Option<HoldId>,
    /// The order that it was for, if it was for one.
    pub order: Option<OrderId>,
    /// Why, in somebody's words, where somebody had to say.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
    /// When the copies were counted, where this makes the stock what was counted: then it is
    /// no coming or going, but what was known too late.
    pub counted_at: Option<Timestamp>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MovementKind {
    /// The book came onto the shelf, with its opening stock.
    Opened,
    /// Copies went into a cart.
    Held,
    /// Copies came back from a cart.
    Released,
    /// Copies came back because a hold's time ran out.
    Expired,
    /// Copies went into an order.
    Ordered,
    /// An order's copies were handed over.
    Collected,
    /// An order's copies came back because it was called off.
    Cancelled,
    /// An order's copies came back because nobody collected them.
    Overdue,
    /// Copies came into the shop.
    Restocked,
    /// The count was corrected.
    Adjusted,
}

impl Movement {
    /// Why a copy was held that was offered to somebody who had waited for it.
    pub const OFFER: &str = "offer";
    /// Why copies have left the shop that are not sold any more.
    pub const WITHDRAWN: &str = "withdrawn";
}

impl MovementKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Opened,
        Self::Held,
        Self::Released,
        Self::Expired,
        Self::Ordered,
        Self::Collected,
        Self::Cancelled,
        Self::Overdue,
        Self::Restocked,
        Self::Adjusted,
    ];

    /// Its word, in the ledger and in exports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Held => "held",
            Self::Released => "released",
            Self::Expired => "expired",
            Self::Ordered => "ordered",
            Self::Collected => "collected",
            Self::Cancelled => "cancelled",
            Self::Overdue => "overdue",
            Self::Restocked => "restocked",
            Self::Adjusted => "adjusted",
        }
    }
}

impl fmt::Display for MovementKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no [`MovementKind`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no movement is called {0:?}")]
pub struct UnknownMovementKind(String);

impl FromStr for MovementKind {
    type Err = UnknownMovementKind;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownMovementKind(word.to_owned()))
    }
}

/// By how much a stock changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delta {
    /// Copies in the shop.
    pub on_hand: i64,
    /// Copies in carts.
    pub held: i64,
    /// Copies in open orders.
    pub allocated: i64,
}

impl Stock {
    /// The stock after a change, one version on; nothing where the change would
    /// leave fewer copies than are promised, or a count below zero.
    #[must_use]
    pub fn after(self, delta: Delta) -> Option<Self> {
        let add =
            |count: u32, change: i64| u32::try_from(i64::from(count).checked_add(change)?).ok();
        let after = Self {
            on_hand: add(self.on_hand, delta.on_hand)?,
            held: add(self.held, delta.held)?,
            allocated: add(self.allocated, delta.allocated)?,
            version: self.version.checked_add(1)?,
        };
        let promised = after.held.checked_add(after.allocated)?;
        (promised <= after.on_hand).then_some(after)
    }
}
