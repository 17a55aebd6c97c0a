//! A book's own terms of sale: when it goes on sale, and its limit per shopper.

use std::time::Duration;

use from_json::FromJson;
use serde::Serialize;

use crate::{Quantity, Timestamp};

/// A book's own terms of sale, instead of the shop's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, FromJson)]
pub struct Sale {
    /// When the book goes on sale; `None` if it is on sale already.
    pub opens_at: Option<Timestamp>,
    /// The limit per shopper, instead of the shop's.
    pub limit: Option<u32>,
}

impl Sale {
    /// The furthest start that staff may set: two years ahead, one of them a leap year.
    pub const FURTHEST: Duration = Duration::from_secs(731 * 24 * 60 * 60);

    /// When the sale starts, if it has not started yet.
    #[must_use]
    pub fn not_before(&self, now: Timestamp) -> Option<Timestamp> {
        self.opens_at.filter(|opens_at| *opens_at > now)
    }

    /// Whether a cart's line whose hold has lapsed can still be ordered.
    ///
    /// The cart's page and orders use the same rule, so an order has the lines that the page shows.
    #[must_use]
    pub fn allows_lapsed(&self, line: &LapsedLine, now: Timestamp) -> bool {
        let copies = line.quantity.get();
        copies <= line.available
            && self.not_before(now).is_none()
            && line.ordered.saturating_add(copies) <= self.limit.unwrap_or(line.shop_limit)
    }
}

/// A cart's line whose hold has lapsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LapsedLine {
    /// How many copies were held.
    pub quantity: Quantity,
    /// The copies of the book that are available now.
    pub available: u32,
    /// The copies of the book in the shopper's open orders.
    pub ordered: u32,
    /// The shop's limit per shopper, for a book without a limit of its own.
    pub shop_limit: u32,
}
