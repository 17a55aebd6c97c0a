//! The types that the shop and its clients exchange.
//!
//! * [`Topic`]: something that a client follows on `/live`. [`Seen`]: the versions that it has seen
//!   of its topics.
//! * [`LiveMessage`]: a message of the server on `/live`. [`ClientMessage`]: a message of a client.
//! * [`LineAnswer`]: the answer to every action on a line of the cart.
//! * [`ShopError`]: why a request failed. [`ErrorBody`]: the same as JSON.
//! * [`LedgerRow`]: a movement, in the desk's live stream and in exports.
//!
//! Functions that run in browsers are `#[inline]`, so that they are compiled with the app and share
//! its copies of generic code. That makes a first visit 1.2 kB lighter.
//!
//! `docs/protocol.md` describes the protocol for those who write a client.

mod cart;
mod error;
mod ledger;
mod message;
mod ping;
mod seen;
mod topic;

pub use cart::LineAnswer;
pub use error::{ErrorBody, InvalidInput, ShopError};
pub use ledger::LedgerRow;
pub use message::{ClientMessage, LiveMessage, OrderVersion};
pub use ping::{PingValue, ping_value};
pub use seen::{InvalidSeen, Seen, Versions, replaces};
pub use topic::{InvalidTopic, MAX_TOPICS, Topic};

/// The version of the protocol. Tabs of a browser share a connection only if theirs is the same.
pub const VERSION: u32 = 3;

/// The name of the `<meta>` element with a hash of the shopper's id, by which tabs notice that they
/// have different cookies.
pub const SHOPPER_META: &str = "shopper";
