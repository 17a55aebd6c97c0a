//! Parses an uploaded list of books, from bytes to entries, row by row, without I/O.
//! `docs/import.md` documents the format for people who write such files.

mod cells;
mod headings;
/// The first pass determines the file's encoding. A file arrives in pieces of any size and is never
/// held in memory as a whole.
mod nature;
/// The second pass parses it.
mod reading;
mod records;
mod row;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use shop::{Column, Entry, LineProblem};

pub use nature::{Nature, Sniff};
pub use reading::Reading;
pub use row::slug_for;

/// The most rows of a list. Memory limits it: every row's book is remembered, to find duplicates.
pub const MOST_ROWS: u32 = 250_000;

/// A row of a list.
///
/// Malformed rows are refused here; whether a well-formed row can be applied is decided in `shop`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A well-formed row.
    Entry(Entry),
    /// A malformed row.
    Refused {
        /// The row's number.
        row: u32,
        /// The column at fault.
        column: Column,
        /// The problem.
        why: LineProblem,
        /// The cell's content, shortened.
        said: String,
    },
}

impl Row {
    /// The row's number; the headings are row 1.
    #[must_use]
    pub fn row(&self) -> u32 {
        match self {
            Self::Entry(entry) => entry.row,
            Self::Refused { row, .. } => *row,
        }
    }
}

/// Why a file was refused as a whole. None of it was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "file", rename_all = "snake_case")]
pub enum NoList {
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The file is an archive or a workbook, whatever its name says.
    #[error("the file is an archive or a workbook")]
    Archive,
    /// The file is not text.
    #[error("the file is not text")]
    Binary,
    /// The first row is too long to be headings, or cannot be decoded.
    #[error("the first row has no headings")]
    NoHeadings,
    /// An unknown heading.
    #[error("unknown heading {heading:?}")]
    UnknownHeading {
        /// As it is in the file.
        heading: String,
    },
    /// A duplicate heading.
    #[error("duplicate heading {heading:?}")]
    HeadingTwice {
        /// As it is in the file.
        heading: String,
    },
    /// No column identifies the book.
    #[error("no column identifies the book")]
    Nameless,
    /// A quoted cell is not closed.
    #[error("the quotation mark in row {row} is not closed")]
    CutOff {
        /// The row in which it opens.
        row: u32,
    },
    /// The file is not a complete archive of cover pictures.
    #[error("the file is not an archive of pictures")]
    NoPack,
    /// The list has too many rows.
    #[error("the list has more than {most} rows")]
    TooManyRows {
        /// The most rows.
        most: u32,
    },
}
