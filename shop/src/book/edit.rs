//! Books that are added and edited at the desk.

use std::collections::BTreeSet;

use super::{Book, BookField};

/// A book that is to be added to the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTitle {
    /// The book.
    pub book: Book,
    /// The opening stock.
    pub on_hand: u32,
}

/// A book as a member of staff has edited it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookEdit {
    /// The book with all its fields. The price is ignored.
    pub book: Book,
    /// The fields in which the book has the catalogue file's text again. Imports may then change
    /// them.
    pub from_file: BTreeSet<BookField>,
    /// The version of the description that was edited.
    pub made_from: u64,
}

impl NewTitle {
    /// The most copies of an opening stock. A larger number must be a mistake.
    pub const MAX_COPIES: u32 = 1_000_000;
}
