//! What is noted of an import's rows: how many came to what, and of which kind each was.

use serde::{Deserialize, Serialize};
use shop::{Column, LineProblem, LineResult, Outcome, Slug};

use super::words::words;

/// Of rows that are taken in, so many are noted.
pub const FIRST_FINDINGS: u64 = 50;

/// How many rows had which outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Books that are new.
    pub added: u64,
    /// Books that are described otherwise, or have more or fewer copies.
    pub changed: u64,
    /// Books that are as they were.
    pub unchanged: u64,
    /// Rows that are not taken in.
    pub refused: u64,
}

/// What was found about a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFinding {
    /// Which row.
    pub row: u32,
    /// What.
    pub found: RowFound,
}

/// What was found about a row, without the row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowFound {
    /// The book is new.
    Added(Slug),
    /// This of the book is new.
    Changed(Slug, Vec<Column>),
    /// It is not taken in.
    Refused {
        /// Where in it the trouble is.
        column: Column,
        /// Which.
        why: LineProblem,
        /// What stands there.
        said: String,
    },
}

/// Before anything was taken in, or while it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// What would become of the rows.
    Check,
    /// What has become of them.
    Apply,
}

/// Which findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundKind {
    /// Books that are new.
    Added,
    /// Books that are described otherwise.
    Changed,
    /// Rows that are not taken in.
    Refused,
}

impl Tally {
    /// Counts one more.
    pub fn count(&mut self, outcome: &Outcome) {
        let number = match outcome {
            Outcome::Added => &mut self.added,
            Outcome::Changed(_) => &mut self.changed,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Refused(..) => &mut self.refused,
        };
        *number += 1;
    }

    /// Whether what was found about a row is worth noting when so many were counted: every
    /// refusal, by which it is known later which rows are in, and of the others the first.
    #[must_use]
    pub fn asks_for(&self, found: &RowFound) -> bool {
        match found {
            RowFound::Added(_) => self.added <= FIRST_FINDINGS,
            RowFound::Changed(..) => self.changed <= FIRST_FINDINGS,
            RowFound::Refused { .. } => true,
        }
    }

    /// All rows that say something.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.added + self.changed + self.unchanged + self.refused
    }
}

impl RowFound {
    /// Of which kind it is.
    #[must_use]
    pub fn kind(&self) -> FoundKind {
        match self {
            Self::Added(_) => FoundKind::Added,
            Self::Changed(..) => FoundKind::Changed,
            Self::Refused { .. } => FoundKind::Refused,
        }
    }
}

impl RowFinding {
    /// What is worth noting of a line's outcome; nothing where nothing is new.
    #[must_use]
    pub fn of(landing: &LineResult) -> Option<Self> {
        let book = landing.book.clone();
        let found = match &landing.outcome {
            Outcome::Added => RowFound::Added(book),
            Outcome::Changed(columns) => RowFound::Changed(book, columns.clone()),
            Outcome::Unchanged => return None,
            Outcome::Refused(column, why) => RowFound::Refused {
                column: *column,
                why: why.clone(),
                said: book.to_string(),
            },
        };
        let row = landing.row;
        Some(Self { row, found })
    }
}

words!(Phase: Check = "check", Apply = "apply",);
words!(FoundKind: Added = "added", Changed = "changed", Refused = "refused",);
