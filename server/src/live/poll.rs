//! The long poll: answers at once, when something changes, or when the wait is over.

use std::{convert::Infallible, time::Duration};

use axum::{
    Json,
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt, future::ready, stream};
use protocol::LiveMessage;
use shop::Epoch;
use tokio::time::{Instant, timeout_at};

use super::{LiveState, follow::LiveSubscription};
use crate::admission::concurrency::ConcurrencySlot;

/// A wait that lasts longer sends its headers, so that client and proxies know that it was
/// accepted.
const HEADERS_AFTER: Duration = Duration::from_secs(1);

/// If a change may wake more clients than this, they are asked to spread their return.
const SMALL_CROWD: usize = 100;
/// The spread grows by this for each further client: 10,000 return over one second.
const SPREAD_PER_CLIENT: Duration = Duration::from_micros(100);
/// The longest time a client is asked to wait before it returns.
const LONGEST_PACE_MS: u32 = 2_000;
/// The shortest such time while the data may be out of date. A request without `stale=true` is then
/// answered at once, so such a client would otherwise ask all the time.
const STALE_PACE_MS: u32 = 1_000;

/// A request that may wait. When the client disconnects, it is dropped together with its watch.
pub(super) struct LongPoll {
    live: LiveState,
    following: LiveSubscription,
    /// The epoch to send with the answer.
    epoch: Option<Epoch>,
    begun: Instant,
    counted: bool,
    _visit: Option<ConcurrencySlot>,
}

impl Drop for LongPoll {
    fn drop(&mut self) {
        if self.counted {
            self.live.counters.wait_ended();
        }
    }
}

impl LongPoll {
    /// A request that has not waited yet. `epoch` is sent to a client that does not know it.
    pub(super) fn new(
        live: &LiveState,
        following: LiveSubscription,
        epoch: Option<Epoch>,
        visit: Option<ConcurrencySlot>,
    ) -> Self {
        Self {
            live: live.clone(),
            following,
            epoch,
            begun: Instant::now(),
            counted: false,
            _visit: visit,
        }
    }

    /// Counts the client as waiting, until it is dropped.
    pub(super) fn counted(mut self) -> Self {
        self.live.counters.wait_begun();
        self.counted = true;
        self
    }

    /// Answers with what is already newer.
    pub(super) fn answer_now(mut self, newer: LiveMessage) -> Response {
        let crowd = match newer.stale {
            None => self.following.crowd(),
            Some(_) => self.following.woken_by(&newer),
        };
        Json(self.complete(paced(newer, crowd))).into_response()
    }

    /// Waits, and answers.
    pub(super) async fn answer(mut self) -> Response {
        let end = self.begun + self.live.shop.longest_wait();
        let headers_at = (self.begun + HEADERS_AFTER).min(end);
        if let Some(message) = self.next(headers_at).await {
            return Json(self.complete(message)).into_response();
        }
        let rest = stream::once(async move {
            let message = self.next(end).await.unwrap_or_default();
            let message = self.complete(message);
            let body = serde_json::to_vec(&message).expect("a message can always be serialized");
            Ok::<_, Infallible>(Bytes::from(body))
        });
        // Firefox passes headers to a page only after the first byte of the body: white space,
        // which JSON allows.
        let accepted = stream::once(ready(Ok(Bytes::from_static(b" "))));
        let mut response = Body::from_stream(accepted.chain(rest)).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        response
    }

    /// Adds the epoch to a message, if the client does not know it.
    fn complete(&mut self, message: LiveMessage) -> LiveMessage {
        let epoch = self.epoch.take();
        LiveMessage { epoch, ..message }
    }

    /// The next change, or `None` if there is none until that time. When the shop closes, the
    /// message has no change, and asks the client to return later.
    async fn next(&mut self, until: Instant) -> Option<LiveMessage> {
        let Self {
            live, following, ..
        } = self;
        tokio::select! {
            outcome = timeout_at(until, following.next()) => {
                let message = outcome.ok()?;
                let woken = following.woken_by(&message);
                Some(paced(message, woken))
            }
            () = live.shop.0.closing.cancelled() => Some(LiveMessage {
                pace_ms: Some(LONGEST_PACE_MS),
                ..LiveMessage::default()
            }),
        }
    }
}

/// Asks clients to spread their return, in proportion to their number.
fn paced(mut message: LiveMessage, crowd: usize) -> LiveMessage {
    let least = (message.stale == Some(true)).then_some(STALE_PACE_MS);
    message.pace_ms = pace_ms(crowd).max(least);
    message
}

fn pace_ms(crowd: usize) -> Option<u32> {
    let beyond = u32::try_from(crowd.checked_sub(SMALL_CROWD)?).unwrap_or(u32::MAX);
    let spread = SPREAD_PER_CLIENT.saturating_mul(beyond).as_millis();
    let pace = u32::try_from(spread)
        .unwrap_or(u32::MAX)
        .min(LONGEST_PACE_MS);
    (pace > 0).then_some(pace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_grows_with_the_clients_up_to_two_seconds() {
        for (crowd, pace) in [
            (0, None),
            (1, None),
            (100, None),
            (1_100, Some(100)),
            (10_100, Some(1_000)),
            (1_000_000, Some(2_000)),
        ] {
            assert_eq!(pace_ms(crowd), pace, "{crowd}");
        }
    }
}
