//! Tells the store which shoppers are connected, so that those on a waitlist can be offered a copy.

use std::convert::Infallible;

use store::{ATTEND_EVERY, Store};
use tokio::time::{MissedTickBehavior, interval};

/// Says again and again who is there, so that those who wait can be offered a copy.
pub(crate) async fn attend(store: &dyn Store) -> Infallible {
    let mut every = interval(ATTEND_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        if let Err(error) = store.attend().await {
            // They are noted the next time; the store has said what is wrong.
            tracing::debug!(error = &error as &dyn std::error::Error, "nobody was noted");
        }
    }
}
