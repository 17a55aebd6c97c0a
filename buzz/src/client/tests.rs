//! The client's guarantees to its callers, whatever the provider does.

mod fake_provider;

use std::future::pending;

use tokio::{task::JoinSet, time::sleep};

use self::fake_provider::{FakeProvider, Gate, no_mentions, wait_until};
use super::*;

fn term(number: usize) -> SearchTerm {
    SearchTerm::parse(&format!("term {number}")).unwrap()
}

/// Looks up all these terms concurrently.
fn look_up_all(client: &BuzzClient, terms: impl IntoIterator<Item = usize>) -> JoinSet<Outcome> {
    let look_up = |number| {
        let client = client.clone();
        async move { client.look_up(&term(number)).await }
    };
    terms.into_iter().map(look_up).collect()
}

/// How many lookups found nothing in the cache.
fn cache_misses(client: &BuzzClient) -> u64 {
    let all = client.metrics().all();
    let misses = all
        .iter()
        .find(|reading| reading.labels == r#"from="provider""#);
    misses.unwrap().value
}

mod breaker;
mod cache;
mod concurrency;
mod deadlines;
mod single_flight;
