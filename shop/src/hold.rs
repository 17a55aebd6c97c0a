//! A cart's claim on copies of a book, for a while.

use std::time::Duration;

use crate::{Price, Quantity, ShopperId, Slug, Timestamp};

/// A hold's number in the ledger. It says nothing about the shopper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoldId(pub u64);

/// A cart's claim on some copies of one book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Its number.
    pub id: HoldId,
    /// Whose it is.
    pub shopper: ShopperId,
    /// Of which book.
    pub book: Slug,
    /// How many copies.
    pub quantity: Quantity,
    /// What one copy cost when the last one was added.
    pub price: Price,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends, unless it is extended.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: HoldState,
    /// It was offered to somebody who had waited, and is not accepted yet.
    pub offered: bool,
    /// The shop has taken it back before its time.
    pub taken_back: bool,
}

/// Where a hold stands. It leaves `Active` exactly once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldState {
    /// Its copies are held.
    Active,
    /// The shopper gave the copies back.
    Released,
    /// Its time ran out. The cart still tells the shopper so, and an order may
    /// take the copies again if they are there.
    Lapsed,
    /// Its time ran out, and the shopper has moved on.
    Expired,
    /// Its copies went into an order.
    Ordered,
}

impl Hold {
    /// Whether its time has come, whether or not anything has noticed.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// When an extension asked for now would end it.
    #[must_use]
    pub fn extended(&self, now: Timestamp, terms: &Terms) -> Timestamp {
        (now + terms.hold)
            .min(self.created_at + terms.longest_hold())
            .max(self.expires_at)
    }
}

/// The shop's terms, as its owner has set them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// How long a hold lasts.
    pub hold: Duration,
    /// How long a copy is offered to somebody who has waited for it.
    pub offer: Duration,
    /// Whether this shop sends mail, so that an address is a way to tell somebody.
    pub mail: bool,
    /// The most copies of one book that one shopper may hold and have on order.
    pub limit_per_shopper: u32,
    /// How long an order waits to be collected.
    pub collect_within: Duration,
}

impl Terms {
    /// How long a cart tells of a line whose time ran out, and an order may
    /// still take it again.
    pub const LAPSED_FOR: Duration = Duration::from_secs(60 * 60);

    /// How long a hold can be made to last by extending it: twelve times its
    /// length, so that it can be extended at least ten times.
    #[must_use]
    pub fn longest_hold(&self) -> Duration {
        self.hold * 12
    }
}

impl Default for Terms {
    /// Fifteen minutes, five for an offer, five copies, a week; no mail.
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
