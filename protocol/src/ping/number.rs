//! A ping with a number.

/// The number that the page has sent.
pub type PingValue = u64;

/// A number as the value of a ping.
#[must_use]
pub fn ping_value(number: u64) -> PingValue {
    number
}
