//! Movements: the rows of the stock ledger.

use std::{fmt, str::FromStr};

use from_json::FromJson;
use serde::{Deserialize, Serialize};

use crate::{HoldId, OrderId, ReceiptCode, Slug, Stock, Timestamp};

/// One row of the stock ledger: what changed, by how much, and why.
///
/// A row is written once and never changed. A book's stock is the sum of its movements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The book.
    pub book: Slug,
    /// The version of the stock after this movement: 1, 2, 3, …
    pub version: u64,
    /// The kind of change.
    pub kind: MovementKind,
    /// The change in copies in the shop.
    pub on_hand: i64,
    /// The change in copies in carts and offers.
    pub held: i64,
    /// The change in copies in open orders.
    pub allocated: i64,
    /// The hold that caused it, if any.
    pub hold: Option<HoldId>,
    /// The order that caused it, if any.
    pub order: Option<OrderId>,
    /// The receipt that was made out for it, if it happened at the counter.
    pub receipt: Option<ReceiptCode>,
    /// The reason, if one was given.
    pub reason: Option<String>,
    /// When the movement was recorded.
    pub at: Timestamp,
    /// When the copies were counted, if the movement adjusts the stock to a count.
    ///
    /// Such a movement corrects the records. No copies arrived or left at that time.
    pub counted_at: Option<Timestamp>,
}

/// The kind of a movement.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson,
)]
#[serde(rename_all = "snake_case")]
pub enum MovementKind {
    /// The book was added with its opening stock.
    Opened,
    /// Copies went into a cart or an offer.
    Held,
    /// Copies came back from a cart or an offer.
    Released,
    /// Copies came back because a hold expired.
    Expired,
    /// Copies went into an order.
    Ordered,
    /// An order's copies were handed over.
    Collected,
    /// An order's copies came back because it was cancelled.
    Cancelled,
    /// An order's copies came back because it was not collected in time.
    Overdue,
    /// Copies were sold at the counter, without an order.
    Sold,
    /// Copies came back at the counter. If none moved, they were damaged.
    Returned,
    /// Copies were added to the stock.
    Restocked,
    /// The stock was corrected. If no copies moved, the count matched, or the book itself changed.
    Adjusted,
}

impl Movement {
    /// The reason of a `Held` movement that is an offer to a waiting shopper.
    pub const OFFER: &str = "offer";
    /// The reason of an adjustment that removes the copies of a withdrawn book.
    pub const WITHDRAWN: &str = "withdrawn";
    /// The reason of an adjustment of no copies that records a new price.
    pub const PRICE: &str = "price";
    /// The reason of an adjustment of no copies that records a change of the book's page.
    pub const PAGE: &str = "page";
}

impl MovementKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Opened,
        Self::Held,
        Self::Released,
        Self::Expired,
        Self::Ordered,
        Self::Collected,
        Self::Cancelled,
        Self::Overdue,
        Self::Sold,
        Self::Returned,
        Self::Restocked,
        Self::Adjusted,
    ];

    /// The kind's name in the ledger and in exports.
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
            Self::Sold => "sold",
            Self::Returned => "returned",
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

/// The error for a text that is not the name of a [`MovementKind`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind of movement: {0:?}")]
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

/// A change to a stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delta {
    /// The change in copies in the shop.
    pub on_hand: i64,
    /// The change in copies in carts and offers.
    pub held: i64,
    /// The change in copies in open orders.
    pub allocated: i64,
}

impl Stock {
    /// The stock after a change, with the next version.
    ///
    /// `None` if a count would become negative or overflow, or if more copies would be held and
    /// allocated than are on hand.
    #[must_use]
    pub fn after(self, delta: Delta) -> Option<Self> {
        let add =
            |count: u32, change: i64| u32::try_from(i64::from(count).checked_add(change)?).ok();
        let after = Self {
            on_hand: add(self.on_hand, delta.on_hand)?,
            held: add(self.held, delta.held)?,
            allocated: add(self.allocated, delta.allocated)?,
            version: self.version.checked_add(1)?,
            page: self.page,
        };
        let promised = after.held.checked_add(after.allocated)?;
        (promised <= after.on_hand).then_some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_the_same_name_in_json_and_in_the_ledger() {
        for kind in MovementKind::ALL {
            let json = format!("\"{kind}\"");
            assert_eq!(serde_json::to_string(&kind).unwrap(), json);
            assert_eq!(MovementKind::from_text(&json), Some(kind));
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
    }
}
