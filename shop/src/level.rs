//! How many copies of a book there are, and what the world is told about it.

use serde::{Deserialize, Serialize};

use crate::Slug;

/// The copies of one book, counted. Kept by the store, changed by decisions only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stock {
    /// Copies physically in the shop.
    pub on_hand: u32,
    /// Copies in carts.
    pub held: u32,
    /// Copies in placed orders that are not yet collected.
    pub allocated: u32,
    /// How many times this has changed: 1 with the opening stock, then +1 each.
    pub version: u64,
}

impl Stock {
    /// Copies nobody has a claim on: on hand less held less allocated.
    ///
    /// A stock in which more is promised than there is must not exist; the
    /// decisions never make one and the database refuses to keep one. If one
    /// turns up all the same, nothing is available.
    #[must_use]
    pub const fn available(&self) -> u32 {
        self.on_hand
            .saturating_sub(self.held)
            .saturating_sub(self.allocated)
    }

    /// What is pushed to every page that shows this book.
    #[must_use]
    pub fn level(&self, book: Slug) -> Level {
        Level {
            book,
            available: self.available(),
            in_carts: self.held > 0,
            version: self.version,
        }
    }
}

/// What every page that shows a book is told about its copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// Which book.
    pub book: Slug,
    /// Copies that can be put in a cart now.
    pub available: u32,
    /// Whether a cart holds any copy, so that one may yet come back.
    pub in_carts: bool,
    /// Gapless per book, never goes back: the higher version is the newer level.
    pub version: u64,
}
