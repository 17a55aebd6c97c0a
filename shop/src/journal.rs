//! The journal: who did what at the desk, and why.

use crate::{Act, Reason, StaffName, Timestamp};

/// An entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// When it was done.
    pub at: Timestamp,
    /// The member of staff; `None` for a command on the shop's own machine.
    pub by: Option<StaffName>,
    /// What was done.
    pub act: Act,
    /// The reason, if one was given.
    pub reason: Option<Reason>,
}
