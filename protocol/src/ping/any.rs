//! A ping with any JSON.

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

/// Any JSON, as it was written: a number may be larger than any type of ours.
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
