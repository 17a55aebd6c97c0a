//! The value that a `ping` carries and its `pong` brings back.
//!
//! The server echoes any JSON to the letter. The shop's own pages send a number and nothing
//! else: code that reads all of JSON would add to every first visit.

#[cfg(feature = "any-ping")]
#[path = "ping/any.rs"]
mod value;
#[cfg(not(feature = "any-ping"))]
#[path = "ping/number.rs"]
mod value;

use serde::{Deserialize, Deserializer};

pub use value::{PingValue, ping_value};

/// Reads a value that is present, be it `null`.
pub(crate) fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PingValue>, D::Error> {
    PingValue::deserialize(from).map(Some)
}
