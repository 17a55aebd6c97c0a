//! A ping with a number.

/// The number that the page has sent.
pub type PingValue = u64;
