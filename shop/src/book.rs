//! What is sold: a title, as the catalogue describes it.

use serde::{Deserialize, Serialize};

use crate::{Isbn, Price, Slug};

/// A title that is sold, without the number of its copies: that is [`crate::Stock`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// The name in its address, unique in the shop.
    pub slug: Slug,
    /// The title, as printed on the cover.
    pub title: String,
    /// Who wrote it.
    pub author: String,
    /// The number on its back, if it has one.
    pub isbn: Option<Isbn>,
    /// A paragraph for the book's page.
    pub description: String,
    /// What the picture on the cover shows, for those who cannot see it.
    pub cover_alt: String,
    /// What one copy costs.
    pub price: Price,
}
