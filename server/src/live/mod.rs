//! `GET /live?seen=…`: one resource, three ways to read it.
//!
//! * What is newer than seen is answered at once.
//! * Otherwise the request waits for a change (`poll`): the long poll.
//! * With `Upgrade: websocket` it is a stream (`upgrade`, then `push`).
//!
//! `follow` is what they share: register, then compare, then wait.

mod follow;
mod poll;
pub(crate) mod push;
mod upgrade;

use app::wire::{self, InvalidSeen, LiveMessage, Seen};
use axum::{
    Json,
    extract::{FromRequestParts, Query, Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shop::Refusal;
use store::StoreError;

use crate::{Shop, client::Connection, limits::TooMany, origin, shopper::known_shopper};
use follow::{Following, topics_of};
use push::Place;
use upgrade::Handshake;

/// The question of a `GET /live`.
#[derive(Debug, Deserialize)]
struct Question {
    seen: Option<String>,
}

/// Answers `GET /live` in whichever way it is asked.
pub(crate) async fn live(State(shop): State<Shop>, request: Request) -> Response {
    let mut response = answer(shop, request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would hold a waiting answer's headers back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

async fn answer(shop: Shop, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    if !origin::is_ours(&parts.headers, shop.public_url()) {
        return refuse(
            StatusCode::FORBIDDEN,
            "The stream is for the shop's own pages.",
        );
    }
    let question = Query::<Question>::from_request_parts(&mut parts, &shop).await;
    let seen = match question.map(|Query(question)| question.seen) {
        Ok(Some(seen)) => Seen::parse(&seen),
        Ok(None) | Err(_) => Err(InvalidSeen::Malformed),
    };
    let seen = match seen {
        Ok(seen) => seen,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let handshake = match upgrade::is_wanted(&parts.headers) {
        true => match Handshake::of(&mut parts) {
            Ok(handshake) => Some(handshake),
            Err(refusal) => return *refusal,
        },
        false => None,
    };
    // A cookie costs a signature: only who needs one is asked for it. A socket may
    // need it later.
    let shopper = match handshake.is_some() || seen.names(&wire::Topic::Mine) {
        true => known_shopper(&shop, &parts.headers),
        false => None,
    };
    let topics = match topics_of(&seen, shopper) {
        Ok(topics) => topics,
        Err(refusal) => return (StatusCode::NOT_FOUND, Json(refusal)).into_response(),
    };
    let Ok(place) = place(&shop, &parts) else {
        return too_many();
    };
    let (following, newer) = match Following::begin(&*shop.0.store, topics).await {
        Ok(begun) => begun,
        Err(error) => return trouble(&error),
    };
    match handshake {
        Some(handshake) => handshake.agree(&shop, shopper, following, newer, place),
        None => poll::answer(&shop, following, newer, place).await,
    }
}

/// A place for a client that stays for a while.
fn place(shop: &Shop, parts: &Parts) -> Result<Place, TooMany> {
    let connection = Connection::of(&parts.extensions);
    let client = connection.client(&parts.headers, &shop.0.trusted_proxies);
    let visit = shop.0.limits.visit(client)?;
    let token = shop.0.connections.token();
    Ok(Place::new(connection.place.clone(), token, visit))
}

/// More connections from one address than it may have.
fn too_many() -> Response {
    let sentence = "There are too many open pages from your network just now.";
    let mut response = refuse(StatusCode::SERVICE_UNAVAILABLE, sentence);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    response
}

/// The status and the message for what the store could not say.
fn trouble(error: &StoreError) -> Response {
    let status = match error {
        StoreError::Refused(Refusal::NoSuchBook(_) | Refusal::NoSuchOrder(_)) => {
            StatusCode::NOT_FOUND
        }
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = (status, Json(error_message(error))).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// What is said of it, on a socket as well.
fn error_message(error: &StoreError) -> LiveMessage {
    let (sentence, unknown) = match error {
        StoreError::Refused(Refusal::NoSuchBook(book)) => (
            format!("There is no book “{book}” in this shop."),
            vec![book.to_string()],
        ),
        StoreError::Refused(Refusal::NoSuchOrder(code)) => (
            format!("There is no order {code} in this shop."),
            vec![wire::Topic::Order(*code).to_string()],
        ),
        error => {
            tracing::error!(error = error as &dyn std::error::Error, "the store failed");
            (
                "The shop is busy. Please try again in a moment.".to_owned(),
                Vec::new(),
            )
        }
    };
    LiveMessage {
        error: Some(sentence),
        unknown,
        ..LiveMessage::default()
    }
}

fn refuse(status: StatusCode, sentence: &str) -> Response {
    let message = LiveMessage {
        error: Some(sentence.to_owned()),
        ..LiveMessage::default()
    };
    (status, Json(message)).into_response()
}
