//! The search field, and what it suggests while somebody types.

mod decode;
pub(crate) mod island;

use serde::{Deserialize, Serialize};
use shop::Slug;

/// A book as it is offered while somebody types: what `/api/search` answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Its name in its address.
    pub slug: Slug,
    /// The title.
    pub title: String,
    /// Who wrote it.
    pub author: String,
}

/// What `/api/search` answers with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestions {
    /// The best, at most [`Suggestions::MOST`].
    pub books: Vec<Suggestion>,
    /// How many there are altogether.
    pub total: u32,
}

impl Suggestions {
    /// As many as are offered at once.
    pub const MOST: usize = 8;
}
