//! The recorded outcomes of an import's rows, counted and in detail.

use serde::{Deserialize, Serialize};
use shop::{Column, LineProblem, LineResult, Outcome, Slug};

use super::sql_names::sql_names;

/// The most new books, and the most changed ones, that a check records in detail.
pub const FIRST_FINDINGS: u64 = 50;

/// Rows counted by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// New books.
    pub added: u64,
    /// Books whose description or stock changes.
    pub changed: u64,
    /// Unchanged books.
    pub unchanged: u64,
    /// Refused rows.
    pub refused: u64,
}

/// The recorded outcome of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFinding {
    /// The row's number.
    pub row: u32,
    /// The outcome.
    pub found: RowFound,
}

/// The recorded outcome, without the row's number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowFound {
    /// The book is new.
    Added(Slug),
    /// These columns of the book change.
    Changed(Slug, Vec<Column>),
    /// The row is refused.
    Refused {
        /// The column at fault.
        column: Column,
        /// The problem.
        why: LineProblem,
        /// The cell's content.
        said: String,
    },
}

/// Whether the rows were checked or applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Expected outcomes.
    Check,
    /// Outcomes of applied rows.
    Apply,
}

/// A kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundKind {
    /// New books.
    Added,
    /// Changed books.
    Changed,
    /// Refused rows.
    Refused,
}

impl Tally {
    /// Counts a row's outcome.
    pub fn count(&mut self, outcome: &Outcome) {
        let number = match outcome {
            Outcome::Added => &mut self.added,
            Outcome::Changed(_) => &mut self.changed,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Refused(..) => &mut self.refused,
        };
        *number += 1;
    }

    /// Whether to record a finding, given the rows counted so far. All refusals are recorded,
    /// because they show later which rows were applied. Of the new books, and of the changed ones,
    /// only the first [`FIRST_FINDINGS`] are.
    #[must_use]
    pub fn asks_for(&self, found: &RowFound) -> bool {
        match found {
            RowFound::Added(_) => self.added <= FIRST_FINDINGS,
            RowFound::Changed(..) => self.changed <= FIRST_FINDINGS,
            RowFound::Refused { .. } => true,
        }
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.added + self.changed + self.unchanged + self.refused
    }
}

impl RowFound {
    /// The finding's kind.
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
    /// The finding for a line's outcome; `None` if nothing has changed.
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

sql_names!(Phase: Check = "check", Apply = "apply",);
sql_names!(FoundKind: Added = "added", Changed = "changed", Refused = "refused",);
