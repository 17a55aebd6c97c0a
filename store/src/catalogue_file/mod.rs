//! A list of books as somebody's file has it: from bytes to entries, row by row.
//!
//! Nothing here reads or writes anything. A file comes in pieces of any size and is never
//! held in one: [`Sniff`] looks once over all of it and says what it is, [`Reading`] takes
//! it apart. What a row says wrongly is found here; whether what it says rightly can be
//! done is a decision (`shop`).
//!
//! `docs/import.md` describes the file for those who write one.

mod cells;
mod headings;
mod nature;
mod reading;
mod records;
mod row;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use shop::{Column, Entry, LineProblem};

pub use nature::{Nature, Sniff};
pub use reading::Reading;

/// The most rows of a list, so that those can be remembered that were seen.
pub const MOST_ROWS: u32 = 250_000;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// It says something.
    Entry(Entry),
    /// It cannot be understood.
    Refused {
        /// Which one.
        row: u32,
        /// Where in it.
        column: Column,
        /// Why.
        why: LineProblem,
        /// What stands there, or how it begins.
        said: String,
    },
}

impl Row {
    /// Which row it is; the one with the headings is 1.
    #[must_use]
    pub fn row(&self) -> u32 {
        match self {
            Self::Entry(entry) => entry.row,
            Self::Refused { row, .. } => *row,
        }
    }
}

/// Why a file is no list of books. None of it was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "file", rename_all = "snake_case")]
pub enum NoList {
    /// There is nothing in it.
    #[error("there is nothing in it")]
    Empty,
    /// It is an archive or a workbook, whatever its name says.
    #[error("it is an archive or a workbook")]
    Archive,
    /// It is no text.
    #[error("it is no text")]
    Binary,
    /// Its first row is too long to be one of headings.
    #[error("its first row has no headings")]
    NoHeadings,
    /// A heading that nothing is known of.
    #[error("nothing is known of the heading {heading:?}")]
    UnknownHeading {
        /// As it stands there.
        heading: String,
    },
    /// The same heading twice.
    #[error("the heading {heading:?} is there twice")]
    HeadingTwice {
        /// As it stands there.
        heading: String,
    },
    /// No column says which book is meant.
    #[error("no column says which book is meant")]
    Nameless,
    /// It ends between quotation marks.
    #[error("it ends between the quotation marks that begin in row {row}")]
    CutOff {
        /// Where they begin.
        row: u32,
    },
    /// It is no pack of pictures, or not all of one.
    #[error("it is no pack of pictures")]
    NoPack,
    /// It has more rows than can be taken in at once.
    #[error("it has more than {most} rows")]
    TooManyRows {
        /// How many can be.
        most: u32,
    },
}
