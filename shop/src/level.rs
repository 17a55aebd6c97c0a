//! The stock of a book, and the public part of it that pages show.

use from_json::FromJson;
use serde::{Deserialize, Serialize};

use crate::{Price, Slug};

/// The copies of one book. Only [`decide`](crate::decide) changes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stock {
    /// Copies physically in the shop.
    pub on_hand: u32,
    /// Copies in carts and offers.
    pub held: u32,
    /// Copies in placed orders that are not yet collected.
    pub allocated: u32,
    /// 1 for the opening stock, then +1 with each movement. A change of price, of the book's page,
    /// or of whether the book is sold also counts as a movement.
    pub version: u64,
    /// The version at which the book's page last changed in anything other than the level.
    pub page: u64,
}

impl Stock {
    /// The copies without a claim: on hand less held less allocated.
    ///
    /// The rules and the database never allow more copies to be held and allocated than are on
    /// hand. If the data says otherwise, this is 0.
    #[must_use]
    pub const fn available(&self) -> u32 {
        self.on_hand
            .saturating_sub(self.held)
            .saturating_sub(self.allocated)
    }

    /// The public part of the stock.
    #[must_use]
    pub fn level(&self, book: Slug, price: Price, withdrawn: bool) -> Level {
        Level {
            book,
            available: self.available(),
            in_carts: self.held > 0,
            price,
            page: self.page,
            version: self.version,
            withdrawn,
        }
    }
}

/// The public part of a book's stock, pushed to every page that shows the book.
///
/// Results stored by an earlier release have neither price nor page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct Level {
    /// The book.
    pub book: Slug,
    /// Copies that can be added to a cart now.
    pub available: u32,
    /// Whether any copy is in a cart or offered, and so may become available again.
    pub in_carts: bool,
    /// The price of one copy.
    #[serde(default)]
    pub price: Price,
    /// The revision of the rest of the book's page, such as its title and cover.
    #[serde(default)]
    pub page: u64,
    /// The version of the level: +1 with each movement of the book. A higher version is newer.
    pub version: u64,
    /// Whether the book is withdrawn from sale.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}
