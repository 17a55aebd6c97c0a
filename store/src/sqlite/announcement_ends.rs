//! Publishes the end of each announcement, because nothing is written when one ends.

use std::{sync::Arc, time::Duration};

use shop::Timestamp;
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use crate::{Announcements, Change, Clock, Feed, writer::LOOK_AT_CLOCK};

/// Publishes the active announcements each time that one ends or `changed` is notified. Runs until
/// it is dropped.
pub(super) async fn publish_ends(
    announcements: Arc<dyn Announcements>,
    changed: Arc<Notify>,
    clock: Arc<dyn Clock>,
    feed: Arc<Feed>,
) {
    let mut reported = false;
    loop {
        let active = match announcements.active().await {
            Ok(active) => active,
            Err(error) => {
                // Only the first failure is logged, because the loop retries four times a second.
                if !std::mem::replace(&mut reported, true) {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, "the announcements cannot be read");
                }
                sleep(LOOK_AT_CLOCK).await;
                continue;
            }
        };
        reported = false;
        let news = active.news();
        let next_end = news.items.iter().map(|item| item.until).min();
        feed.publish(Change::News(news));
        match next_end {
            Some(end) => wait_until(end, &changed, &*clock).await,
            None => changed.notified().await,
        }
    }
}

/// Returns at this time, or when the announcements have changed.
async fn wait_until(moment: Timestamp, changed: &Notify, clock: &dyn Clock) {
    loop {
        let left: Duration = moment.since(clock.now());
        if left.is_zero() {
            return;
        }
        // Wakes often, because the clock may jump.
        let nap = left.min(LOOK_AT_CLOCK);
        if timeout(nap, changed.notified()).await.is_ok() {
            return;
        }
    }
}
