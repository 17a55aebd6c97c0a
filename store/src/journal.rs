//! The journal of the staff's acts, as a page reads it.

mod sql;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use shop::{ActGroup, JournalEntry, StaffName, Timestamp};

pub(crate) use self::sql::{SqlJournal, save, write};
use crate::StoreError;

/// The shortest time that entries are kept. The database refuses to delete an entry that is less
/// than this older than the newest.
pub const SHORTEST_JOURNAL: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Which entries to return; all of them by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalFilter {
    /// Only acts of this member of staff.
    pub by: Option<StaffName>,
    /// Only acts of this group.
    pub group: Option<ActGroup>,
    /// Only acts about this book, order, import or account, as [`shop::Act::subject`] names it.
    pub subject: Option<String>,
    /// Only acts at this time or later.
    pub from: Option<Timestamp>,
    /// Only acts before this time.
    pub until: Option<Timestamp>,
}

/// An entry of the journal with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberedEntry {
    /// The number. Later entries have higher numbers, except those that several instances write
    /// at the same time.
    pub number: u64,
    /// The entry. Its act is [`Act::Unknown`](shop::Act) if this release cannot read it.
    pub entry: JournalEntry,
    /// The kind of the act, as it is in the data.
    pub kind: String,
    /// What the act is about, as it is in the data.
    pub subject: Option<String>,
    /// The act as it is in the data: JSON.
    pub written: String,
}

/// Reads the journal. Entries are written in the transactions of what they tell of.
#[async_trait]
pub trait Journal: Send + Sync + 'static {
    /// At most `most` entries with numbers below `before`, newest first.
    async fn entries(
        &self,
        filter: &JournalFilter,
        before: Option<u64>,
        most: u32,
    ) -> Result<Vec<NumberedEntry>, StoreError>;
}

impl fmt::Debug for dyn Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Journal")
    }
}
