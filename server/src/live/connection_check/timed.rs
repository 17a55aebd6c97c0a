//! A stream in pieces and a long wait, which show whether a proxy buffers streams or cuts off long
//! polls.

use std::{convert::Infallible, time::Duration};

use app::{connection::origin::RequestOrigin, say};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{RawQuery, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt, future::ready, stream};
use protocol::{StreamPiece, Waited};
use serde::Serialize;
use tokio::time::{Instant, sleep_until};

use super::{CheckSlot, CheckState, full};
use crate::{
    admission::{client::Client, connection::Connection},
    http::refusal::refuse,
};

/// The number of pieces in a stream.
const PIECES: u32 = 10;
/// The time between two pieces.
const BETWEEN_PIECES: Duration = Duration::from_millis(200);
/// A wait that lasts longer sends its headers before its answer, as in `/live`.
const HEADERS_AFTER: Duration = Duration::from_secs(1);
/// The default length of a wait.
const USUAL_WAIT_MS: u64 = 2_000;

/// Forbids proxies to cache, buffer or compress the answer.
const AS_IT_IS: [(HeaderName, HeaderValue); 2] = [
    (
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-store, no-transform"),
    ),
    (
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    ),
];

/// `GET /connection/stream`: ten lines of JSON, one after the other.
pub(crate) async fn stream(
    State(checks): State<CheckState>,
    client: Client,
    Extension(arrival): Extension<RequestOrigin>,
    request: Request,
) -> Response {
    let Some(slot) = slot(&checks, client, &request) else {
        return full(&checks);
    };
    checks.counters.stream_begun();
    let (begun, mut arrival) = (Instant::now(), Some(arrival));
    let pieces = stream::iter(1..=PIECES).then(move |piece| {
        // The slot is held until the last piece is sent, or the client disconnects.
        let _held = &slot;
        let seen = arrival.take();
        async move {
            sleep_until(begun + BETWEEN_PIECES * (piece - 1)).await;
            Ok::<_, Infallible>(line(&StreamPiece {
                piece,
                of: PIECES,
                sent_ms: millis(begun),
                seen,
            }))
        }
    });
    as_it_is("application/x-ndjson", Body::from_stream(pieces))
}

/// `GET /connection/wait?ms=…`: an answer after that time, at most the longest wait of `/live`.
pub(crate) async fn wait(
    State(checks): State<CheckState>,
    client: Client,
    Extension(arrival): Extension<RequestOrigin>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let Some(length) = length(
        query.as_deref().unwrap_or_default(),
        checks.shop.longest_wait(),
    ) else {
        let sentence = |language| say!(language, connection.bad_wait);
        return refuse(StatusCode::BAD_REQUEST, sentence).into_response();
    };
    let Some(slot) = slot(&checks, client, &request) else {
        return full(&checks);
    };
    checks.counters.wait_begun();
    let begun = Instant::now();
    let end = begun + length;
    let answer = move || {
        line(&Waited {
            waited_ms: millis(begun),
            seen: arrival,
        })
    };
    let kind = "application/json";
    if length <= HEADERS_AFTER {
        sleep_until(end).await;
        drop(slot);
        return as_it_is(kind, Body::from(answer()));
    }
    // The headers are sent when this function returns, with one byte of the body, as in `/live`.
    sleep_until(begun + HEADERS_AFTER).await;
    let accepted = stream::once(ready(Ok(Bytes::from_static(b" "))));
    let rest = stream::once(async move {
        let _held = slot;
        tokio::select! {
            () = sleep_until(end) => {}
            // A closing shop answers all waits at once.
            () = checks.shop.0.closing.cancelled() => {}
        }
        Ok::<_, Infallible>(answer())
    });
    as_it_is(kind, Body::from_stream(accepted.chain(rest)))
}

fn slot(checks: &CheckState, client: Client, request: &Request) -> Option<CheckSlot> {
    let connection = Connection::of(request.extensions());
    CheckSlot::begin(checks, client, connection, request.headers())
}

/// Parses `ms=…`, a whole number up to the longest wait. The default applies if it is missing.
fn length(query: &str, longest: Duration) -> Option<Duration> {
    let said = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "ms");
    let millis = match said {
        Some((_, text)) => text.parse().ok()?,
        None => USUAL_WAIT_MS.min(u64::try_from(longest.as_millis()).unwrap_or(USUAL_WAIT_MS)),
    };
    let length = Duration::from_millis(millis);
    (length <= longest).then_some(length)
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn line(what: &impl Serialize) -> Bytes {
    let mut line = serde_json::to_vec(what).expect("it can always be serialized");
    line.push(b'\n');
    line.into()
}

fn as_it_is(kind: &'static str, body: Body) -> Response {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static(kind));
    (AS_IT_IS, [kind], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_never_longer_than_the_longest_wait() {
        let longest = Duration::from_secs(25);
        let ms = |query| length(query, longest).map(|length| length.as_millis());
        assert_eq!(ms("ms=0"), Some(0));
        assert_eq!(ms("ms=25000"), Some(25_000));
        assert_eq!(ms("x=1"), Some(2_000));
        for wrong in [
            "ms=25001",
            "ms=-1",
            "ms=",
            "ms=2.5",
            "ms=99999999999999999999",
        ] {
            assert_eq!(ms(wrong), None, "{wrong}");
        }
        let short = length("", Duration::from_millis(100));
        assert_eq!(short, Some(Duration::from_millis(100)));
    }
}
