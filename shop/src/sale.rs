//! When a book is sold, and how many copies to each: what its owner may set for a drop.

use crate::Timestamp;

/// On what terms one book is sold, where they are not the shop's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sale {
    /// When it opens; it is open already where nothing is said.
    pub opens_at: Option<Timestamp>,
    /// The most copies that one shopper may have, instead of the shop's own limit.
    pub limit: Option<u32>,
}

impl Sale {
    /// When it will open, if it has not.
    #[must_use]
    pub fn not_before(&self, now: Timestamp) -> Option<Timestamp> {
        self.opens_at.filter(|opens_at| *opens_at > now)
    }
}
