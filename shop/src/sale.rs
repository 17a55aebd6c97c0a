//! A book's own terms of sale: when it goes on sale, and its limit per shopper.

use crate::Timestamp;

/// A book's own terms of sale, instead of the shop's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sale {
    /// When the book goes on sale; `None` if it is on sale already.
    pub opens_at: Option<Timestamp>,
    /// The limit per shopper, instead of the shop's.
    pub limit: Option<u32>,
}

impl Sale {
    /// When the sale starts, if it has not started yet.
    #[must_use]
    pub fn not_before(&self, now: Timestamp) -> Option<Timestamp> {
        self.opens_at.filter(|opens_at| *opens_at > now)
    }
}
