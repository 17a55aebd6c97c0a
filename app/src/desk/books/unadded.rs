//! A new book that was sent and not added, so that the page shows again what was typed.

use protocol::ShopError;
use serde::Deserialize;
use shop::{BookField, InvalidBookText, Slug};

/// The form of a new book, as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct TypedTitle {
    /// The title.
    pub title: String,
    /// The author or authors.
    pub author: String,
    /// The ISBN, if there is one.
    pub isbn: String,
    /// The price of one copy.
    pub price: String,
    /// The opening stock.
    pub copies: String,
    /// The paragraph for the book's page.
    pub description: String,
    /// The slug; empty to make it from the title.
    pub slug: String,
    /// The idempotency key.
    pub key: String,
}

/// A book that was not added, as an extension of the request that shows the page again.
#[derive(Debug, Clone)]
pub struct UnaddedBook {
    /// The form.
    pub typed: TypedTitle,
    /// Everything that is wrong with it.
    pub why: Vec<WhyUnadded>,
}

/// Why a book was not added.
#[derive(Debug, Clone, PartialEq)]
pub enum WhyUnadded {
    /// A field is invalid.
    Field(BookField, InvalidBookText),
    /// Another book has the ISBN.
    IsbnTaken(Slug),
    /// The slug has characters that it cannot have, or is too long.
    InvalidSlug,
    /// Another book has the slug.
    SlugTaken,
    /// No slug can be made from the title.
    NoSlug,
    /// The opening stock is not a number of copies.
    Copies,
    /// The store failed.
    Failed(ShopError),
}

impl TypedTitle {
    /// The fields of the book, in the order of the form.
    #[must_use]
    pub fn fields(&self) -> [(BookField, &str); 5] {
        [
            (BookField::Title, self.title.as_str()),
            (BookField::Author, self.author.as_str()),
            (BookField::Isbn, self.isbn.as_str()),
            (BookField::Price, self.price.as_str()),
            (BookField::Description, self.description.as_str()),
        ]
    }
}
