//! Looks up the topics of a client, which may not guess the codes of orders.
//!
//! A poll, a handshake and a message on an open socket all come through here, so that each of them
//! has the same limit as an order's page.

use std::time::{Duration, Instant};

use protocol::LiveMessage;
use shop::Refusal;
use store::{Store, StoreError, Topic};

use super::follow::{LiveSubscription, Told, WantedTopics};
use crate::admission::{client::Client, code_guessing::CodeGuessLimit, rate_limits::RateLimited};

/// Why topics were not looked up.
#[derive(Debug)]
pub(super) enum LookupError {
    /// The client has asked for too many orders that do not exist, and must wait this long.
    GuessedTooOften(Duration),
    /// The store has failed, or has no such topic.
    Store(StoreError),
}

/// Subscribes the client to these topics: returns the subscription, and what is already newer.
///
/// # Errors
/// [`LookupError`].
pub(super) async fn look_up(
    store: &dyn Store,
    limit: &CodeGuessLimit,
    client: Client,
    wanted: WantedTopics,
    told: Told,
) -> Result<(LiveSubscription, LiveMessage), LookupError> {
    let mut topics = wanted.iter();
    let names_order = topics.any(|(topic, _)| matches!(topic, Topic::Order(_)));
    let guess = names_order.then(|| limit.ask(client, Instant::now()));
    let guess = guess
        .transpose()
        .map_err(|RateLimited(wait)| LookupError::GuessedTooOften(wait))?;
    let begun = LiveSubscription::begin(store, wanted, told).await;
    let missed = matches!(&begun, Err(StoreError::Refused(Refusal::NoSuchOrder(_))));
    if let Some(guess) = guess.filter(|_| missed) {
        guess.missed();
    }
    begun.map_err(LookupError::Store)
}
