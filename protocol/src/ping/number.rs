//! The value of a ping as a number, for the shop's pages.

/// The number that the page has sent.
pub type PingValue = u64;

/// A number as the value of a ping.
#[must_use]
pub fn ping_value(number: u64) -> PingValue {
    number
}
