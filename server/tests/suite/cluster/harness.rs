//! Helpers shared by the cluster tests.

use std::time::Duration;

use reqwest::Client;

/// Far longer than anything here takes; a test that waits this long has failed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A client at this address. nginx and the app exempt only 127.0.0.1 from their limits.
pub fn from(address: &str) -> Client {
    Client::builder()
        .local_address(Some(address.parse().unwrap()))
        .build()
        .unwrap()
}
