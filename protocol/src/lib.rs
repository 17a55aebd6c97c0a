//! The types that the shop and its clients exchange.
//!
//! * [`Topic`]: something that a client follows on `/live`. [`Seen`]: the versions that it has seen
//!   of its topics.
//! * [`LiveMessage`]: a message of the server on `/live`. [`ClientMessage`]: a message of a client.
//! * [`LineAnswer`]: the answer to every action on a line of the cart.
//! * [`ShopError`]: why a request failed. [`ErrorBody`]: the same as JSON.
//! * [`UploadMessage`]: a message of the shop while a file is uploaded. [`ImportStanding`]: the
//!   progress of its import.
//! * [`EchoReport`], [`StreamPiece`], [`Waited`]: what the connection check is told.
//! * [`BuzzLine`]: how often a book is mentioned.
//! * [`LedgerRow`]: a movement of the ledger, in exports and in the desk's live stream.
//!   [`LedgerMessage`]: a message of the server on that stream. [`LedgerAcknowledgement`]: the
//!   answer of its reader.
//!
//! Functions that run in browsers are `#[inline]`, so that they are compiled with the app and share
//! its copies of generic code. That makes a first visit 1.2 kB lighter.
//!
//! `docs/protocol.md` describes the protocol for those who write a client.

mod buzz;
mod cart;
mod connection_check;
mod error;
mod ledger;
mod message;
mod ping;
mod seen;
mod topic;
mod upload;

pub use buzz::BuzzLine;
pub use cart::LineAnswer;
pub use connection_check::{EchoReport, StreamPiece, Waited};
pub use error::{ErrorBody, InvalidInput, ShopError};
pub use ledger::{LedgerAcknowledgement, LedgerMessage, LedgerRow, SESSION_OVER};
pub use message::{ClientMessage, LiveMessage, OrderVersion};
pub use ping::{PingValue, ping_value};
pub use seen::{InvalidSeen, Seen, Versions, replaces};
pub use topic::{InvalidTopic, MAX_TOPICS, Topic};
pub use upload::{
    ImportStanding, ImportTally, PIECE_HEADER, UploadBegun, UploadEnd, UploadMessage, upload_code,
};
