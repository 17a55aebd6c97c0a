//! Imports: files that are uploaded in pieces, checked, and taken in.
//!
//! Each piece is kept before it is acknowledged. Once the file is whole, a worker checks every
//! row and notes what would become of it; when that is confirmed, a worker takes the file in,
//! delivery by delivery ([`shop::Command::ImportLines`]). Workers claim an import for a while, as
//! senders claim mails: if one dies, any instance can go on.
//!
//! * `found`: what is noted about rows. `cover`: pictures. `words`: what the data calls things.
//! * `rows`, `sql`: how both databases keep them.

mod cover;
mod found;
pub(crate) mod rows;
pub(crate) mod sql;
mod words;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use shop::{ImportBatch, ImportId, LineResult, Slug, Timestamp};

use self::words::words;
pub use self::{
    cover::{Called, CoverFormat, CoverImage, NewCover},
    found::{FIRST_FINDINGS, FoundKind, Phase, RowFinding, RowFound, Tally},
};
use crate::{StoreError, catalogue_file::NoList};

/// The most bytes of a piece.
pub const LARGEST_PIECE: usize = 256 * 1024;
/// The most bytes of a file: more than three times a hundred thousand titles.
pub const LARGEST_IMPORT: u64 = 192 * 1024 * 1024;
/// Imports that are not over yet; each has its file here.
pub const MOST_IMPORTS: u32 = 6;
/// One that has come no further for so long is called off.
pub const STALE_AFTER: Duration = Duration::from_secs(24 * 60 * 60);
/// One that is over is remembered for so long, without its file.
pub const KEEP_IMPORTS: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// So many workers begin where none comes any further. Then it is given up: whatever they came
/// to grief over is still there.
pub const MOST_TRIES: u32 = 5;
/// What is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    /// A list of books.
    Books,
    /// Pictures of covers.
    Covers,
}

/// A file that somebody is about to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewImport {
    /// A random name for it.
    pub id: ImportId,
    /// What is in it.
    pub kind: ImportKind,
    /// What its sender calls it.
    pub name: String,
    /// How many bytes it has, up to [`LARGEST_IMPORT`].
    pub size: u64,
    /// Who sends it.
    pub who: String,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// Its file is being received.
    Uploading,
    /// Somebody looks at what would become of its rows.
    Checking,
    /// That is known, and somebody has to say whether it is wanted.
    Ready,
    /// It is being taken in.
    Applying,
    /// It is in.
    Applied,
    /// Somebody has called it off, or nobody wanted it for a day. What was taken in stays.
    Cancelled,
    /// Its file is none that can be taken in.
    Failed,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its name.
    pub id: ImportId,
    /// What is in its file.
    pub kind: ImportKind,
    /// What the file is called.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// Who has sent it.
    pub who: String,
    /// When that began.
    pub created_at: Timestamp,
    /// How far it is.
    pub state: ImportState,
    /// How many bytes are here.
    pub received: u64,
    /// SHA-256 of the file, once it is whole.
    pub digest: Option<[u8; 32]>,
    /// Why it failed.
    pub trouble: Option<ImportTrouble>,
    /// Its last row, once that is known.
    pub last_row: Option<u32>,
    /// The last row that was looked at, in the check or while it is taken in.
    pub upto: u32,
    /// Its copies count although another import of the same content has taken them in.
    pub counts_again: bool,
    /// What would become of its rows.
    pub expected: Tally,
    /// What has become of them.
    pub done: Tally,
}

/// Why an import has failed. Nothing of it was taken in, except where it was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "trouble", rename_all = "snake_case")]
pub enum ImportTrouble {
    /// What has arrived is not what was sent.
    Digest,
    /// It is no list.
    NoList(NoList),
    /// One worker after the other has begun, and none has come any further.
    GivenUp,
}

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It is kept; so many bytes are.
    Kept(u64),
    /// It does not begin where the last one has ended, which is here.
    Elsewhere(u64),
    /// Another connection sends now.
    TakenOver,
    /// Nothing more is wanted of this import.
    Over,
}

/// An import that its owner works on, and nobody else until the claim ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// As it was when it was claimed.
    pub import: Import,
    /// Which of its claims this is.
    pub(crate) number: i64,
}

/// How a worker's claim ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is known what would become of each row, of which this is the last.
    Checked {
        /// The last row.
        last_row: u32,
    },
    /// All of it is in.
    Applied,
    /// It cannot be taken in.
    Failed(ImportTrouble),
    /// Somebody else is to go on. Nothing is wrong with it: this try does not count.
    Unfinished,
}

/// Where imports are kept.
#[async_trait]
pub trait Imports: Send + Sync + 'static {
    /// Makes ready for a file; nothing where [`MOST_IMPORTS`] are not over. One of the
    /// same person, name and size that is still being received is gone on with.
    async fn begin(&self, new: NewImport) -> Result<Option<Import>, StoreError>;

    /// An import.
    async fn import(&self, id: ImportId) -> Result<Option<Import>, StoreError>;

    /// The newest ones, the newest first.
    async fn imports(&self, most: u32) -> Result<Vec<Import>, StoreError>;

    /// When another import of the same content was last taken in, wholly or up to some row.
    /// What it has said of copies is not counted again.
    async fn applied_before(&self, import: &Import) -> Result<Option<Timestamp>, StoreError>;

    /// Makes this connection the one that sends, and tells from which byte on; nothing
    /// where nothing more is wanted.
    async fn take_over(&self, id: ImportId, sender: u32) -> Result<Option<u64>, StoreError>;

    /// Keeps a piece, of at most [`LARGEST_PIECE`] bytes. It is durable when this returns.
    async fn append(
        &self,
        id: ImportId,
        sender: u32,
        start: u64,
        bytes: Vec<u8>,
    ) -> Result<Appended, StoreError>;

    /// The piece that begins there.
    async fn piece(&self, id: ImportId, start: u64) -> Result<Option<Vec<u8>>, StoreError>;

    /// The file is whole and has this digest: it is to be checked. False where it is not
    /// being received any more, or not whole.
    async fn received(&self, id: ImportId, digest: [u8; 32]) -> Result<bool, StoreError>;

    /// The file that is being received is not the one that was sent.
    async fn spoilt(&self, id: ImportId) -> Result<bool, StoreError>;

    /// It is to be checked once more; where it `counts_again`, as if no other import of the
    /// same content had taken in any copies, and so it will be taken in. False where it was not
    /// checked yet, or is wanted already.
    async fn check_again(&self, id: ImportId, counts_again: bool) -> Result<bool, StoreError>;

    /// It is to be taken in. False where it is not ready for that; true where it is being taken
    /// in already.
    async fn apply(&self, id: ImportId) -> Result<bool, StoreError>;

    /// It is called off. What was taken in stays. False where it is over.
    async fn cancel(&self, id: ImportId) -> Result<bool, StoreError>;

    /// Claims the import that has waited longest of those that are to be worked on. One that
    /// was claimed [`MOST_TRIES`] times without coming any further has failed.
    async fn claim(&self, lease: Duration) -> Result<Option<Claim>, StoreError>;

    /// Notes how far a check is, and extends the claim. False where the claim has ended or
    /// the import was called off: then nothing was noted. The first note of a claim, which
    /// is upto row 0, forgets what was found before.
    async fn note(
        &self,
        claim: &Claim,
        lease: Duration,
        upto: u32,
        tally: Tally,
        findings: Vec<RowFinding>,
    ) -> Result<bool, StoreError>;

    /// Extends a claim. False where it has ended or the import was called off.
    async fn renew(&self, claim: &Claim, lease: Duration) -> Result<bool, StoreError>;

    /// Ends a claim. False where it had ended already.
    async fn settle(&self, claim: &Claim, verdict: Verdict) -> Result<bool, StoreError>;

    /// What would become of these lines at this moment. Nothing is changed.
    async fn rehearse(&self, delivery: ImportBatch) -> Result<Vec<LineResult>, StoreError>;

    /// What was found about rows, in their order, from a row on.
    async fn findings(
        &self,
        id: ImportId,
        phase: Phase,
        kind: FoundKind,
        from: u32,
        most: u32,
    ) -> Result<Vec<RowFinding>, StoreError>;

    /// The books of these names or numbers, each with the SHA-256 of the picture of its
    /// cover as it was sent, where it was; in the order in which they were asked for.
    async fn books_called(&self, names: Vec<String>) -> Result<Vec<Called>, StoreError>;

    /// Gives a book its cover, and notes that the import is upto this row. False where the
    /// claim has ended or the import was called off.
    async fn hang(
        &self,
        claim: &Claim,
        upto: u32,
        book: Slug,
        cover: NewCover,
    ) -> Result<bool, StoreError>;

    /// Notes that an import is upto this row, and what has become of rows since that have
    /// changed nothing. False where the claim has ended or the import was called off.
    async fn pass(&self, claim: &Claim, upto: u32, tally: Tally) -> Result<bool, StoreError>;

    /// A book's cover, if one was sent: the small one or the large one.
    async fn cover(&self, book: &Slug, small: bool) -> Result<Option<CoverImage>, StoreError>;

    /// Clears away a little of what is over. True where there may be more.
    async fn tidy(&self) -> Result<bool, StoreError>;

    /// Returns when this instance has made an import ready for a worker since the last call.
    async fn work_available(&self);
}

impl Import {
    /// How many rows were not taken in, for whatever reason: all that there are, once nobody
    /// goes on with it.
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

words!(ImportKind: Books = "books", Covers = "covers",);
words!(ImportState: Uploading = "uploading", Checking = "checking", Ready = "ready",
    Applying = "applying", Applied = "applied", Cancelled = "cancelled", Failed = "failed",);
