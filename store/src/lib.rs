//! The shop's data: one trait, with SQLite and PostgreSQL behind it.
//!
//! * [`Store`]: all that the rest of the shop can ask of its data.
//! * [`sqlite`]: the embedded store, one file in a directory. [`postgres`]: the store of many
//!   instances. Each loads, locks and saves batches in its own way; what both do alike is in
//!   the modules below, in SQL that runs on either (`sql`).
//! * `writer`: the one task that carries out commands, batch by batch.
//! * [`Feed`]: tells the followers of a book, a cart or an order of each change, after its
//!   commit.
//! * `catalogue`: the index that searches and pages through all books, kept in memory.
//! * [`Outbox`]: mails that wait to be sent.
//! * [`imports`]: uploaded files, how they are checked and taken in. [`catalogue_file`]: a list of books,
//!   from a file's bytes to entries.
//! * [`Ledger`]: every movement, in order.
//! * [`Announcements`]: what the shop tells everybody.
//! * [`StaffDirectory`]: who is staff and signed in. [`StaffAccounts`]: adds and removes staff.
//! * [`DeskReads`]: what only the desk reads.
//! * [`Clock`]: the time. [`opening_catalogue`]: the books of a new shop.

mod announcements;
mod audit;
mod batch;
mod catalogue;
pub mod catalogue_file;
mod change;
mod clock;
mod cursor;
mod desk_reads;
mod error;
mod feed;
pub mod imports;
mod ledger;
mod options;
mod outbox;
pub mod postgres;
mod reads;
mod rows;
mod sample_books;
mod sql;
pub mod sqlite;
mod staff_directory;
mod states;
mod store;
mod views;
mod waits;
mod writer;

pub use announcements::{
    ActiveAnnouncement, ActiveAnnouncements, AnnounceError, Announcements, MAX_ANNOUNCEMENTS,
    NewAnnouncement,
};
pub use audit::Finding;
pub use change::{Change, Topic};
pub use clock::{Clock, SteadyClock};
pub use cursor::{Cursor, InvalidCursor};
pub use desk_reads::{Commitments, DeskReads, FallingStock, OrderFilter, OrderSearch};
pub use error::{BackupError, OpenError, StoreError};
pub use feed::{Feed, FeedSink, Subscription, Watch};
pub use ledger::{Filter, Ledger, LedgerEntry, LedgerGrowth, LedgerHead, LedgerPage, PageLimits};
pub use options::Options;
pub use outbox::{Mail, MailContent, Outbox, SendOutcome};
pub use sample_books::{NewBook, opening_catalogue};
pub use staff_directory::{
    Credential, SessionToken, StaffAccounts, StaffDirectory, StaffMember, StaffSession,
};
pub use store::{ATTEND_EVERY, Store};
pub use views::{Cart, CartLine, CataloguePage, OpenCounts, ShelfBook};
