//! The value of a `ping`, which its `pong` returns.
//!
//! The server echoes any JSON unchanged. The shop's own pages send only numbers, so that their WASM
//! needs no code to read any other JSON in the pong.

#[cfg(feature = "any-ping")]
#[path = "ping/any.rs"]
mod value;
#[cfg(not(feature = "any-ping"))]
#[path = "ping/number.rs"]
mod value;

use from_json::{FromJson, Json};
use serde::{Deserialize, Deserializer};

pub use value::{PingValue, ping_value};

/// Deserializes a field that is present, even if it is `null`.
pub(crate) fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PingValue>, D::Error> {
    PingValue::deserialize(from).map(Some)
}

/// Reads a number, which is all that the shop's pages send.
#[inline]
pub(crate) fn from_json(json: &Json) -> Option<Option<PingValue>> {
    Some(Option::<u64>::from_json(json)?.map(ping_value))
}
