//! The shop's data: one trait, with SQLite and PostgreSQL behind it.
//!
//! * [`Store`]: everything that the other crates can ask of the data.
//! * [`sqlite`]: the embedded store, one file in a directory. [`postgres`]: the store of many
//!   instances. Each loads, locks and saves batches in its own way; everything else is shared, in
//!   SQL that runs on both (`sql`).
//! * `writer`: the one task that executes commands, batch by batch. `attendance`: which waiting
//!   shoppers have a page open. `tidying`: deletes what is no longer needed.
//! * [`Feed`]: publishes each change of a book, a cart or an order after its commit.
//! * `catalogue`: the in-memory index for search and paging.
//! * [`Outbox`]: mails to be sent.
//! * [`imports`]: uploaded files, from upload to application. [`catalogue_file`]: parses a list of
//!   books.
//! * [`Ledger`]: every movement, in order.
//! * [`Announcements`]: announcements to everyone.
//! * [`StaffDirectory`]: staff and their sessions. [`StaffAccounts`]: adds and removes staff.
//! * [`DeskReads`]: queries for the desk.
//! * [`Clock`]: the time. [`ClockTrouble`]: doubts about it. [`opening_catalogue`]: the books of a new shop.

mod announcements;
mod attendance;
mod audit;
mod background;
mod batch;
mod catalogue;
pub mod catalogue_file;
mod change;
mod clock;
mod clock_guard;
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
mod tidying;
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
pub use clock_guard::{ClockDoubt, ClockStep, ClockTrouble};
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
