//! The search field, and its suggestions.

pub(crate) mod island;

use from_json::FromJson;
use serde::{Deserialize, Serialize};
use shop::Slug;

/// A suggested book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct Suggestion {
    /// The slug.
    pub slug: Slug,
    /// The title.
    pub title: String,
    /// The author or authors.
    pub author: String,
}

/// The answer of `/api/search`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct Suggestions {
    /// The best matches, at most [`Suggestions::MOST`].
    pub books: Vec<Suggestion>,
    /// How many match in all.
    pub total: u32,
}

impl Suggestions {
    /// The most suggestions at once.
    pub const MOST: usize = 8;
}
