//! The shop's data: one trait, with SQLite and PostgreSQL behind it.

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
