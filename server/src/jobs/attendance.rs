//! Tells the store which shoppers are connected, so that those on a waitlist can be offered a copy.

use std::convert::Infallible;

use store::{ATTEND_EVERY, Store};
use tokio::time::{MissedTickBehavior, interval};

use super::outage::Outage;

/// Reports the connected shoppers again and again.
pub(crate) async fn attend(store: &dyn Store) -> Infallible {
    let mut every = interval(ATTEND_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut outage = Outage::default();
    loop {
        every.tick().await;
        match store.attend().await {
            Ok(()) => outage.is_over(),
            // They are reported the next time.
            Err(error) => outage.report(&error, "cannot report the connected shoppers"),
        }
    }
}
