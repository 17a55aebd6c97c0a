//! What crosses the wire between the shop and its clients.
//!
//! * [`Topic`] is something that a client follows on `/live`, [`Seen`] the versions that it has
//!   seen of its topics.
//! * [`LiveMessage`] is what the server sends there, [`ClientMessage`] what a client sends.
//! * [`LineAnswer`] is the answer to every action on a line of the cart.
//! * [`ShopError`] is how a request can fail, [`ErrorBody`] the same as JSON.
//! * [`LedgerRow`] is a movement, in the desk's stream and in its exports.
//!
//! What runs in browsers is `#[inline]`, so that it is compiled with the app and shares the app's
//! copies of generic code; a first visit is 1.2 kB lighter for it.
//!
//! `docs/protocol.md` describes all of it for those who write a client.

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

/// The version of the protocol. The tabs of a browser share a connection if theirs is the same.
pub const VERSION: u32 = 3;

/// The name of the `<meta>` element that tells the shopper's cookie from others.
pub const SHOPPER_META: &str = "shopper";
