//! The shop's data: one trait, with SQLite and PostgreSQL behind it.

/// Announcements to everyone.
mod announcements;
/// Which waiting shoppers have a page open.
mod attendance;
mod audit;
mod background;
mod batch;
/// What staff see and set of a book beside its stock.
mod book_desk;
/// The in-memory index for search and paging.
mod catalogue;
pub mod catalogue_file;
mod change;
mod clock;
/// Detects a wrong clock.
mod clock_guard;
mod cursor;
/// Queries for the desk.
mod desk_reads;
mod error;
/// Publishes each change of a topic after its commit.
mod feed;
pub mod imports;
/// What the staff did.
mod journal;
/// Every movement, in order.
mod ledger;
/// The texts of the legal pages.
mod legal;
mod options;
/// Mails to be sent.
mod outbox;
pub mod postgres;
mod reads;
/// What was sold at the counter, and came back there.
mod receipts;
mod rows;
/// What was sold, and what was not.
mod sales_figures;
/// The books of a new shop.
mod sample_books;
/// What the owner has set at the desk.
mod settings;
/// The orders of one shopper.
mod shopper_orders;
/// What both databases do alike, in SQL that runs on either.
mod sql;
pub mod sqlite;
/// Staff and their sessions.
mod staff_directory;
mod states;
mod store;
/// Deletes what is no longer needed.
mod tidying;
mod views;
mod waits;
/// The one task that executes commands, batch by batch.
mod writer;

pub use announcements::{
    ActiveAnnouncement, ActiveAnnouncements, AnnounceError, Announcements, MAX_ANNOUNCEMENTS,
    NewAnnouncement,
};
pub use audit::Finding;
pub use book_desk::{BookDesk, DescribedBook, LowStock};
pub use catalogue::{StockColumn, StockOrder};
pub use change::{Change, Topic};
pub use clock::{Clock, SteadyClock};
pub use clock_guard::{ClockDoubt, ClockStep, ClockTrouble};
pub use cursor::{Cursor, InvalidCursor};
pub use desk_reads::{
    BookName, Commitments, DeskReads, FallingStock, OpenOffer, OrderColumn, OrderCounts,
    OrderFilter, OrderSearch, OrderSort, ShortBook, UpcomingSale,
};
pub use error::{BackupError, OpenError, StoreError};
pub use feed::{Feed, FeedSink, Subscription, Watch};
pub use journal::{Journal, JournalFilter, NumberedEntry, SHORTEST_JOURNAL};
pub use ledger::{Filter, Ledger, LedgerEntry, LedgerGrowth, LedgerHead, LedgerPage, PageLimits};
pub use legal::{LegalChange, LegalDocument, LegalOutcome, LegalPages};
pub use options::Options;
pub use outbox::{
    Mail, MailContent, MailFate, OrderMailChange, OrderMailOutcome, OrderMailRecord,
    OrderMailSetting, Outbox, SendOutcome, WhyGivenUp,
};
pub use sales_figures::{
    IdleBook, Period, SalesFigures, SalesStep, SoldBook, SoldBooks, SoldColumn, SoldInStep,
    SoldOrder, UncollectedBook,
};
pub use sample_books::{NewBook, opening_catalogue};
pub use settings::{
    CurrencyRefusal, OwnerSettings, SettingsChange, SettingsDocument, SettingsOutcome,
};
pub use shopper_orders::OrderSummary;
pub use staff_directory::{
    AccountError, Credential, LinkPurpose, LinkToken, NewLink, OpenLink, People, SessionEntry,
    SessionToken, SetUp, SetUpLink, StaffAccounts, StaffDirectory, StaffMember, StaffSession,
    UsedLink,
};
pub use store::{ATTEND_EVERY, Store};
pub use views::{Cart, CartLine, CataloguePage, OpenCounts, ShelfBook};
