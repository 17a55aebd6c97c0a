//! Imports: files that are uploaded in pieces, checked, and applied.

/// Cover pictures.
mod cover;
/// The recorded outcomes of rows.
mod findings;
/// The rows that both databases return.
pub(crate) mod rows;
/// How both databases keep imports.
pub(crate) mod sql;
/// The stored names of enum variants.
mod sql_names;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use shop::{ImportBatch, ImportId, LineResult, Slug, StaffName, Timestamp};

use self::sql_names::sql_names;
pub use self::{
    cover::{Called, CoverFormat, CoverImage, KnownCover, NewCover},
    findings::{FIRST_FINDINGS, FoundKind, Phase, RowFinding, RowFound, Tally},
};
use crate::{StoreError, catalogue_file::NoList};

/// The most bytes of a piece.
pub const LARGEST_PIECE: usize = 256 * 1024;
/// The most bytes of a file: over three times what a hundred thousand titles take.
pub const LARGEST_IMPORT: u64 = 192 * 1024 * 1024;
/// The most unfinished imports, because the file of each is stored.
pub const MOST_IMPORTS: u32 = 6;
/// An upload without progress for this long is cancelled, and so is an import that nobody confirms.
pub const STALE_AFTER: Duration = Duration::from_secs(24 * 60 * 60);
/// A finished import is kept for this long, without its file.
pub const KEEP_IMPORTS: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Give up on an import after this many starts without progress, because the next would fail too.
pub const MOST_TRIES: u32 = 5;
/// What is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    /// A list of books.
    Books,
    /// Pictures of covers.
    Covers,
}

/// A file that is about to be uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewImport {
    /// The import's random id.
    pub id: ImportId,
    /// The file's content.
    pub kind: ImportKind,
    /// The file's name.
    pub name: String,
    /// The file's size in bytes, at most [`LARGEST_IMPORT`].
    pub size: u64,
    /// The member of staff who uploads it.
    pub who: StaffName,
}

/// The state of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// The file is being uploaded.
    Uploading,
    /// A worker checks the rows.
    Checking,
    /// The check is done, and staff must confirm the import.
    Ready,
    /// A worker applies the rows.
    Applying,
    /// All rows were processed.
    Applied,
    /// Staff cancelled it, its upload stalled for a day, or nobody confirmed it within a day. Rows
    /// already applied stay applied.
    Cancelled,
    /// The file cannot be imported.
    Failed,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The import's id.
    pub id: ImportId,
    /// The file's content.
    pub kind: ImportKind,
    /// The file's name.
    pub name: String,
    /// The file's size in bytes.
    pub size: u64,
    /// The member of staff who uploaded it.
    pub who: String,
    /// When the upload began.
    pub created_at: Timestamp,
    /// The state.
    pub state: ImportState,
    /// The number of bytes received.
    pub received: u64,
    /// SHA-256 of the complete file.
    pub digest: Option<[u8; 32]>,
    /// Why it failed.
    pub trouble: Option<ImportTrouble>,
    /// The last row, known after the check.
    pub last_row: Option<u32>,
    /// The last row that was processed, in the check or while it is applied.
    pub upto: u32,
    /// Whether its copies are added even if another import of the same file has added them.
    pub counts_again: bool,
    /// The outcomes found by the check.
    pub expected: Tally,
    /// The outcomes so far.
    pub done: Tally,
}

/// Why an import failed. No row was applied, except for [`Self::GivenUp`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "trouble", rename_all = "snake_case")]
pub enum ImportTrouble {
    /// The received file does not match its digest.
    Digest,
    /// The file is not a list.
    NoList(NoList),
    /// The workers that started on it made no progress.
    GivenUp,
}

/// The result of uploading a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// The piece was stored; this many bytes were received so far.
    Kept(u64),
    /// The piece does not begin at this byte, which is the next one expected.
    Elsewhere(u64),
    /// Another connection has taken over the upload.
    TakenOver,
    /// The import accepts no more bytes.
    Over,
}

/// A worker's exclusive claim to an import, until it expires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The import as it was when it was claimed.
    pub import: Import,
    /// The claim's number among all claims to this import.
    pub(crate) number: i64,
}

/// How a worker ends its claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The check is complete.
    Checked {
        /// The number of the file's last row.
        last_row: u32,
    },
    /// All rows were processed.
    Applied,
    /// The import has failed.
    Failed(ImportTrouble),
    /// Another worker is to continue. This start does not count towards [`MOST_TRIES`].
    Unfinished,
}

/// Stores imports.
///
/// Each piece is durable before it is acknowledged. Once the file is complete, a worker checks
/// every row and records its expected outcome. When the import is confirmed, a worker applies the
/// file in deliveries ([`shop::Command::ImportLines`]). A worker claims an import for a limited
/// time, as a sender claims a mail, so that any instance can take over from one that dies.
#[async_trait]
pub trait Imports: Send + Sync + 'static {
    /// Starts an import; `None` if there are already [`MOST_IMPORTS`]. An unfinished upload by the
    /// same person, with the same name and size, is resumed.
    async fn begin(&self, new: NewImport) -> Result<Option<Import>, StoreError>;

    /// An import.
    async fn import(&self, id: ImportId) -> Result<Option<Import>, StoreError>;

    /// The newest imports, newest first.
    async fn imports(&self, most: u32) -> Result<Vec<Import>, StoreError>;

    /// When another import last applied rows of the same file; `None` if none did. The copies in
    /// those rows are not added again.
    async fn applied_before(&self, import: &Import) -> Result<Option<Timestamp>, StoreError>;

    /// Makes this connection the one that uploads. Returns the byte to continue from, or `None` if
    /// the import accepts no more bytes.
    async fn take_over(&self, id: ImportId, sender: u32) -> Result<Option<u64>, StoreError>;

    /// Stores a piece of at most [`LARGEST_PIECE`] bytes. It is durable when this returns.
    async fn append(
        &self,
        id: ImportId,
        sender: u32,
        start: u64,
        bytes: Vec<u8>,
    ) -> Result<Appended, StoreError>;

    /// The piece that begins at this byte.
    async fn piece(&self, id: ImportId, start: u64) -> Result<Option<Vec<u8>>, StoreError>;

    /// Ends the upload of a complete file, which a worker then checks. False if it is not being
    /// uploaded, or not complete.
    async fn received(&self, id: ImportId, digest: [u8; 32]) -> Result<bool, StoreError>;

    /// Fails an upload whose file does not match its digest.
    async fn spoilt(&self, id: ImportId) -> Result<bool, StoreError>;

    /// Requests another check. With `counts_again`, copies are added even if another import of the
    /// same file has added them. False if the import is not ready to be confirmed.
    async fn check_again(&self, id: ImportId, counts_again: bool) -> Result<bool, StoreError>;

    /// Confirms an import. False if it is not ready; true if it was confirmed already.
    async fn apply(&self, id: ImportId, by: &StaffName) -> Result<bool, StoreError>;

    /// Cancels an import. Rows already applied stay applied. False if it has finished.
    async fn cancel(&self, id: ImportId, by: &StaffName) -> Result<bool, StoreError>;

    /// Claims the import that has waited longest for a worker. An import that was claimed
    /// [`MOST_TRIES`] times without progress fails.
    async fn claim(&self, lease: Duration) -> Result<Option<Claim>, StoreError>;

    /// Records the progress of a check, and extends the claim. False, with nothing recorded, if the
    /// claim has ended or the import was cancelled. The first call of a claim has `upto` 0, and
    /// deletes the findings of earlier checks.
    async fn note(
        &self,
        claim: &Claim,
        lease: Duration,
        upto: u32,
        tally: Tally,
        findings: Vec<RowFinding>,
    ) -> Result<bool, StoreError>;

    /// Extends a claim. False if it has ended or the import was cancelled.
    async fn renew(&self, claim: &Claim, lease: Duration) -> Result<bool, StoreError>;

    /// Ends a claim. False if it had already ended.
    async fn settle(&self, claim: &Claim, verdict: Verdict) -> Result<bool, StoreError>;

    /// The outcomes that these lines would have now. Nothing is changed.
    async fn rehearse(&self, delivery: ImportBatch) -> Result<Vec<LineResult>, StoreError>;

    /// The findings about row `from` and later rows, in order.
    async fn findings(
        &self,
        id: ImportId,
        phase: Phase,
        kind: FoundKind,
        from: u32,
        most: u32,
    ) -> Result<Vec<RowFinding>, StoreError>;

    /// The books with these slugs or ISBNs, in the order requested, each with the cover that was
    /// uploaded for it, if any.
    async fn books_called(&self, names: Vec<String>) -> Result<Vec<Called>, StoreError>;

    /// Sets a book's cover and records the import's progress. A cover that was set at the desk stays,
    /// and the row is counted as unchanged. False if the claim has ended or the import was cancelled.
    async fn hang(
        &self,
        claim: &Claim,
        upto: u32,
        book: Slug,
        cover: NewCover,
    ) -> Result<bool, StoreError>;

    /// Records progress past rows that changed nothing, and their outcomes. False if the claim has
    /// ended or the import was cancelled.
    async fn pass(&self, claim: &Claim, upto: u32, tally: Tally) -> Result<bool, StoreError>;

    /// A book's uploaded cover, in the small or the large size.
    async fn cover(&self, book: &Slug, small: bool) -> Result<Option<CoverImage>, StoreError>;

    /// Cancels stale imports, and deletes some data of finished ones. True if there may be more.
    async fn tidy(&self) -> Result<bool, StoreError>;

    /// Returns when this instance has made an import ready for a worker since the last call.
    async fn work_available(&self);
}

impl Import {
    /// The number of rows that were not applied. While the import is being applied, these are the
    /// rows refused so far; afterwards, all rows that were not taken in.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        let done = self.done;
        match self.state {
            ImportState::Applying => done.refused,
            _ => {
                let taken_in = done.added + done.changed + done.unchanged;
                self.expected.rows().saturating_sub(taken_in)
            }
        }
    }
}

impl fmt::Debug for dyn Imports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Imports")
    }
}

sql_names!(ImportKind: Books = "books", Covers = "covers",);
sql_names!(ImportState: Uploading = "uploading", Checking = "checking", Ready = "ready",
    Applying = "applying", Applied = "applied", Cancelled = "cancelled", Failed = "failed",);
