//! `GET /live?seen=…`: one resource that can be read in three ways.

pub(crate) mod connection_check;
mod errors;
/// Subscribe, then compare, then wait: what all three ways have in common.
mod follow;
/// Looks up topics, and limits requests for orders that do not exist.
mod lookup;
/// The long poll.
mod poll;
/// The stream.
pub(crate) mod push;
/// Passes a socket on to `push`.
mod upgrade;

use std::{panic::AssertUnwindSafe, sync::Arc};

use axum::{
    Json,
    extract::Query,
    http::{HeaderValue, Method, Request, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use hyper::body::Incoming;
use protocol::{InvalidSeen, LiveMessage, Seen};
use serde::Deserialize;
use shop::Epoch;

use crate::{
    admission::{connection::Connection, origin},
    state::Shop,
    websocket::handshake::{Handshake, is_wanted},
};
use errors::{GUESSED_TOO_OFTEN, refuse, store_failure};
use follow::{Told, topics_of};
use lookup::{LookupError, look_up};
use poll::LongPoll;
use push::{LiveCounters, Push, SocketGuard};

/// The state of `/live`.
#[derive(Clone)]
pub(crate) struct LiveState {
    pub(crate) shop: Shop,
    pub(crate) push: Arc<Push>,
    pub(crate) counters: Arc<LiveCounters>,
}

impl LiveState {
    pub(crate) fn new(shop: Shop, push: Push, counters: Arc<LiveCounters>) -> Self {
        let push = Arc::new(push);
        Self {
            shop,
            push,
            counters,
        }
    }
}

/// The query of `GET /live`.
#[derive(Debug, Deserialize)]
struct LiveQuery {
    seen: Option<String>,
    /// `true` if the client was told that its data may be out of date.
    stale: Option<String>,
    /// The epoch of the versions that the client has seen.
    epoch: Option<String>,
}

/// Answers `GET /live` at once, by long poll, or as a stream.
///
/// It bypasses the router and its layers, because ten thousand clients wait here.
///
/// * If anything is newer than seen, the request is answered at once.
/// * Otherwise it waits for a change (`poll`): the long poll.
/// * With `Upgrade: websocket` it becomes a stream (`upgrade`, then `push`).
///
/// `HEAD` is always answered at once, without a body.
pub(crate) async fn live(
    live: LiveState,
    connection: Connection,
    request: Request<Incoming>,
) -> Response {
    // Boxed, so that this part of the future is freed while the client waits.
    let answer = async {
        match Box::pin(begin(&live, connection, request)).await {
            Started::Answered(response) => response,
            Started::Waits(waiting) => waiting.answer().await,
        }
    };
    // Unwind safe: the state of the future is not used after a panic.
    let mut response = match AssertUnwindSafe(answer).catch_unwind().await {
        Ok(response) => response,
        Err(_) => refuse(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong in the shop. Please try again.",
        ),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Otherwise nginx would hold back the headers of a waiting answer.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// The state of a request before it waits.
enum Started {
    Answered(Response),
    Waits(LongPoll),
}

impl From<Response> for Started {
    fn from(response: Response) -> Self {
        Self::Answered(response)
    }
}

async fn begin(live: &LiveState, connection: Connection, request: Request<Incoming>) -> Started {
    let shop = &live.shop;
    let (mut parts, _) = request.into_parts();
    if ![Method::GET, Method::HEAD].contains(&parts.method) {
        let sentence = "This address accepts only GET and HEAD.";
        let mut response = refuse(StatusCode::METHOD_NOT_ALLOWED, sentence);
        let headers = response.headers_mut();
        headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response.into();
    }
    let waits = parts.method == Method::GET;
    if !origin::is_same_origin(&parts.headers, shop.public_url(), &connection) {
        live.counters.refused_for_origin();
        return refuse(
            StatusCode::FORBIDDEN,
            "The stream is only for the shop's own pages.",
        )
        .into();
    }
    let (seen, told) = match parse_query(&parts.uri) {
        Ok(asked) => asked,
        Err(sentence) => return refuse(StatusCode::BAD_REQUEST, &sentence).into(),
    };
    let handshake = match is_wanted(&parts.method, &parts.headers) {
        true => match Handshake::of(&mut parts) {
            Ok(handshake) => Some(handshake),
            Err(wrong) => return wrong.refuse(not_a_handshake).into(),
        },
        false => None,
    };
    // Verifying a cookie costs a signature, so it is done only if needed. A socket may need the
    // shopper later.
    let shopper = match handshake.is_some() || seen.names(&protocol::Topic::Mine) {
        true => shop.0.shopper_cookie.shopper(&parts.headers),
        false => None,
    };
    let topics = match topics_of(&seen, shopper) {
        Ok(topics) => topics,
        Err(refusal) => {
            return (StatusCode::NOT_FOUND, Json(refusal))
                .into_response()
                .into();
        }
    };
    let client = connection.named_client(&parts.headers);
    let Ok(visit) = shop.0.connection_limit.acquire_for(client) else {
        live.counters.refused_for_address();
        return too_many().into();
    };
    // Order codes are as hard to guess here as on an order's page.
    let guesser = connection.client(&parts.headers);
    // The request's buffers are freed while the client waits.
    drop(parts);
    let (store, limit) = (&*shop.0.store, &*shop.0.code_guess_limit);
    let begun = look_up(store, limit, guesser, topics, told.clone()).await;
    let (mut following, newer) = match begun {
        Ok(begun) => begun,
        Err(LookupError::GuessedTooOften(_)) => return guessed_too_often().into(),
        Err(LookupError::Store(error)) => return store_failure(&error).into(),
    };
    let epoch = following.epoch_unless(told.epoch.as_ref());
    match handshake {
        Some(handshake) => {
            let place = SocketGuard::new(connection, shop.0.connections.token(), visit);
            let newer = LiveMessage { epoch, ..newer };
            upgrade::complete(handshake, live, guesser, shopper, following, newer, place).into()
        }
        None => {
            let newer = LiveMessage {
                stale: following.take_stale(),
                ..newer
            };
            let waiting = LongPoll::new(live, following, epoch, visit);
            if waits && newer == LiveMessage::default() {
                Started::Waits(waiting.counted())
            } else {
                waiting.answer_now(newer).into()
            }
        }
    }
}

/// Parses the query: the versions that the client has seen, their epoch, and whether the client was
/// told that they may be out of date.
fn parse_query(uri: &Uri) -> Result<(Seen, Told), String> {
    let malformed = || InvalidSeen::Malformed.to_string();
    let Query(question) = Query::<LiveQuery>::try_from_uri(uri).map_err(|_| malformed())?;
    let seen = question.seen.ok_or_else(malformed)?;
    let seen = Seen::parse(&seen).map_err(|error| error.to_string())?;
    let stale = match question.stale.as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err("`stale` must be true or false".to_owned()),
    };
    let epoch = question.epoch.map(Epoch::try_from).transpose();
    let epoch = epoch.map_err(|error| error.to_string())?;
    Ok((seen, Told { epoch, stale }))
}

/// Refuses a request for a WebSocket that does not conform to RFC 6455.
fn not_a_handshake(status: StatusCode) -> Response {
    refuse(
        status,
        match status {
            StatusCode::UPGRADE_REQUIRED => {
                "This address needs version 13 of the WebSocket protocol."
            }
            _ => {
                "This is not a WebSocket handshake: it needs HTTP/1.1, `Connection: Upgrade` and a key."
            }
        },
    )
}

/// Refuses a request from an address that has too many open connections.
fn too_many() -> Response {
    let sentence = "Too many open pages from your network. Please try again in a moment.";
    let mut response = refuse(StatusCode::SERVICE_UNAVAILABLE, sentence);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    response
}

/// Refuses requests from an address that has asked for too many orders that do not exist.
fn guessed_too_often() -> Response {
    let mut response = refuse(StatusCode::TOO_MANY_REQUESTS, GUESSED_TOO_OFTEN);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    response
}
