//! The shop's data, kept.
//!
//! * [`Store`]: what the rest of the shop can ask of its data, and the errors.
//!   Everything above this crate knows the trait only.
//! * [`sqlite`]: the embedded store, one file in a directory. [`postgres`]: the store
//!   of many instances. Both keep what `shop` decides, each by its own `load` and
//!   `save`; one `writer` drives them.
//! * [`Feed`]: tells whoever follows a topic (a book, a cart, an order) that it has
//!   changed, after the commit that changed it.
//! * `catalogue`: what both search and leaf through, kept in memory.
//! * [`Outbox`]: mails that wait to be sent, written with what they tell of.
//! * [`list`]: a list of books as a file has it, from bytes to entries.
//! * [`imports`]: files that come in pieces, and what is done with them.
//! * [`Ledger`]: every movement in its order, read on from any place at any pace.
//! * [`Bulletin`]: what the shop says to everybody, for a while.
//! * [`Roster`]: who works in the shop and is signed in; [`Register`]: the owner's hand on that.
//! * [`Backroom`]: what those who work there ask, and shoppers never do.
//! * [`Clock`]: which moment it is.
//! * [`opening_catalogue`]: what a new shop opens with.

mod backroom;
mod batch;
mod bulletin;
mod catalogue;
mod change;
mod clock;
mod cursor;
mod error;
mod feed;
pub mod imports;
mod ledger;
pub mod list;
mod opening;
mod options;
mod outbox;
pub mod postgres;
mod roster;
mod rows;
mod rules;
pub mod sqlite;
mod states;
mod store;
mod views;
mod waits;
mod writer;

pub use backroom::{Backroom, Claims, Falling, OrderSearch, OrdersOf};
pub use bulletin::{Bulletin, InForce, MOST_IN_FORCE, NewAnnouncement, NotAnnounced, Posted};
pub use change::{Change, Topic};
pub use clock::{Clock, SteadyClock};
pub use cursor::{Cursor, InvalidCursor};
pub use error::{BackupError, OpenError, StoreError};
pub use feed::{Feed, Sink, Subscription, Watch};
pub use ledger::{Entry, Filter, Growth, Head, Ledger, LedgerPage, Reach};
pub use opening::{NewBook, opening_catalogue};
pub use options::Options;
pub use outbox::{Letter, Mail, Outbox, Settled};
pub use roster::{Credential, Register, Roster, SessionToken, StaffMember, StaffSession};
pub use rules::Finding;
pub use store::{ATTEND_EVERY, Store};
pub use views::{Cart, CartLine, Found, ShelfBook, Standing};
