//! Tells the store which shoppers are connected, so that those on a waitlist can be offered a copy.

use std::convert::Infallible;

use store::{ATTEND_EVERY, Store};
use tokio::time::{MissedTickBehavior, interval};

/// Reports the connected shoppers again and again.
pub(crate) async fn attend(store: &dyn Store) -> Infallible {
    let mut every = interval(ATTEND_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        if let Err(error) = store.attend().await {
            // They are reported the next time. The store logs its own errors.
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "cannot report the connected shoppers"
            );
        }
    }
}
