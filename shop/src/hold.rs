//! Holds: time-limited claims of a cart on copies of a book.

use std::time::Duration;

use crate::{Price, Quantity, ShopperId, Slug, Timestamp};

/// A hold's number in the ledger. It does not identify the shopper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoldId(pub u64);

/// A claim of one cart on copies of one book, until it expires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The hold's number.
    pub id: HoldId,
    /// The shopper whose cart it is.
    pub shopper: ShopperId,
    /// The book.
    pub book: Slug,
    /// The number of copies.
    pub quantity: Quantity,
    /// The price of one copy, as of when copies were last added.
    pub price: Price,
    /// When the hold started.
    pub created_at: Timestamp,
    /// When the hold ends, unless it is extended.
    pub expires_at: Timestamp,
    /// The hold's state.
    pub state: HoldState,
    /// Whether it is an offer to a waiting shopper who has not accepted it yet.
    pub offered: bool,
    /// Whether the shop ended it early.
    pub taken_back: bool,
}

/// The state of a hold. It leaves `Active` exactly once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldState {
    /// The copies are held.
    Active,
    /// The shopper gave the copies back.
    Released,
    /// It expired or was taken back. The cart still shows the line, and an order may claim the
    /// copies again if they are available.
    Lapsed,
    /// It expired, and the cart no longer shows it.
    Expired,
    /// The copies went into an order.
    Ordered,
}

impl Hold {
    /// Whether the hold has passed its end, even if its state has not been updated.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// The new end if the hold is extended now.
    #[must_use]
    pub fn extended(&self, now: Timestamp, terms: &Terms) -> Timestamp {
        (now + terms.hold)
            .min(self.created_at + terms.longest_hold())
            .max(self.expires_at)
    }
}

/// The owner's settings for holds, offers and orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// How long a hold lasts.
    pub hold: Duration,
    /// How long a copy is offered to a waiting shopper.
    pub offer: Duration,
    /// Whether the shop can send mail, and so can send offers to an address.
    pub mail: bool,
    /// The most copies of one book that one shopper may hold and have on order.
    pub limit_per_shopper: u32,
    /// How long an order is kept for collection.
    pub collect_within: Duration,
}

impl Terms {
    /// How long a cart shows an expired line, which an order may still claim again.
    pub const LAPSED_FOR: Duration = Duration::from_secs(60 * 60);

    /// The longest time a hold can last with extensions: twelve times the normal length.
    ///
    /// That allows at least ten extensions.
    #[must_use]
    pub fn longest_hold(&self) -> Duration {
        self.hold * 12
    }
}

impl Default for Terms {
    /// Holds of 15 minutes, offers of 5 minutes, 5 copies per shopper, a week to collect, no mail.
    fn default() -> Self {
        Self {
            hold: Duration::from_secs(15 * 60),
            offer: Duration::from_secs(5 * 60),
            mail: false,
            limit_per_shopper: 5,
            collect_within: Duration::from_secs(7 * 24 * 60 * 60),
        }
    }
}
