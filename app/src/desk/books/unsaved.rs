//! An edit of a book that was sent and not saved, so that the page shows again what was typed.

use protocol::ShopError;
use shop::{BookField, InvalidBookText, Slug};

/// An edit that was not saved, as an extension of the request that shows the page again.
#[derive(Debug, Clone)]
pub struct UnsavedBook {
    /// The version of the description that was edited.
    pub made_from: u64,
    /// Whether the form was already shown beside what somebody else had saved.
    pub compares: bool,
    /// The text of every field, as it was typed.
    pub typed: Vec<(BookField, String)>,
    /// The fields for which the catalogue file's text was to be taken again.
    pub from_file: Vec<BookField>,
    /// Why nothing was saved.
    pub why: WhyUnsaved,
}

/// Why an edit was not saved.
#[derive(Debug, Clone)]
pub enum WhyUnsaved {
    /// These fields are invalid.
    Invalid(Vec<(BookField, InvalidBookText)>),
    /// Another book has the ISBN.
    IsbnTaken(Slug),
    /// Somebody else has changed the book meanwhile.
    Outdated,
    /// The store failed.
    Failed(ShopError),
}

impl UnsavedBook {
    /// Whether the form is shown beside what somebody else has saved.
    pub(super) fn is_compared(&self) -> bool {
        self.compares || matches!(self.why, WhyUnsaved::Outdated)
    }
}
