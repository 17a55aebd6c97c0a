//! The types that the shop and its clients exchange. `docs/protocol.md` describes the protocol for
//! authors of clients.

// Functions that run in browsers are `#[inline]`, so that they are compiled with the app and share
// its copies of generic code. That makes a first visit 1.2 kB lighter.

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
