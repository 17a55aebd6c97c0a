//! The value of a ping as any JSON, for the server.

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

/// Any JSON, kept as text, because a number may be larger than any Rust type.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PingValue(Box<RawValue>);

impl PartialEq for PingValue {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

impl Eq for PingValue {}

/// A number as the value of a ping.
#[must_use]
pub fn ping_value(number: u64) -> PingValue {
    PingValue(to_raw_value(&number).expect("a number can be written as JSON"))
}
