//! Looks up the topics of a client, and limits how many order codes it can guess.
//!
//! A poll, a handshake and a message on an open socket all come through here, so that each of them
//! has the same limit as an order's page.

use std::{
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use futures::FutureExt;
use protocol::LiveMessage;
use shop::Refusal;
use store::{Store, StoreError, Topic};

use super::{
    errors::{busy, lookup_error_message},
    follow::{LiveSubscription, Told, WantedTopics},
};
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

/// The outcome of a lookup, with the message that explains a failure. A panic counts as a failure,
/// because the client would otherwise wait for its topics for ever.
pub(super) async fn outcome_of<T>(
    looked_up: impl Future<Output = Result<T, LookupError>>,
) -> Result<T, LiveMessage> {
    // Unwind safe: the state of the lookup is not used after a panic.
    match AssertUnwindSafe(looked_up).catch_unwind().await {
        Ok(outcome) => outcome.map_err(|error| lookup_error_message(&error)),
        Err(_) => Err(busy()),
    }
}
