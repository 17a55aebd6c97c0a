//! A book as the catalogue describes it.

mod edit;
mod facts;
mod field;
mod sources;
mod text;

use serde::{Deserialize, Serialize};

pub use self::{
    edit::{BookEdit, NewTitle},
    facts::{
        BookFacts, BookFormat, ContributorRole, InvalidLanguageTag, InvalidPublishingDate,
        LanguageTag, PublishingDate,
    },
    field::{BookField, InvalidBookText},
    sources::{BookSources, FieldSource},
};
use crate::{Isbn, Price, Slug};

/// A title in the catalogue. Its copies are counted by [`crate::Stock`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// The unique name in the book's URL.
    pub slug: Slug,
    /// The title, as printed on the cover.
    pub title: String,
    /// The author or authors.
    pub author: String,
    /// The ISBN, if it has one.
    pub isbn: Option<Isbn>,
    /// What else is known of it.
    #[serde(default, skip_serializing_if = "BookFacts::is_empty")]
    pub facts: BookFacts,
    /// A paragraph for the book's page.
    pub description: String,
    /// The alternative text of the cover picture.
    pub cover_alt: String,
    /// The price of one copy.
    pub price: Price,
}
