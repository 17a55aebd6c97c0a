//! Tells the store which shoppers are connected, so that those on a waitlist can be offered a copy.

use std::convert::Infallible;

use store::{ATTEND_EVERY, Store};
use tokio::time::{MissedTickBehavior, interval};

use super::outage::Outage;

/// Reports the connected shoppers at regular intervals.
pub(crate) async fn attend(store: &dyn Store) -> Infallible {
    let mut every = interval(ATTEND_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut outage = Outage::default();
    loop {
        every.tick().await;
        match store.attend().await {
            Ok(()) => outage.is_over(),
            // The next report includes the same shoppers.
            Err(error) => outage.report(&error, "cannot report the connected shoppers"),
        }
    }
}
