//! What the cluster tests share.

use std::time::Duration;

use reqwest::Client;

/// Far longer than anything here takes; a test that waits this long has failed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A client at this address. nginx and the app exempt 127.0.0.1 from their limits, and
/// no other.
pub fn from(address: &str) -> Client {
    Client::builder()
        .local_address(Some(address.parse().unwrap()))
        .build()
        .unwrap()
}
