//! `GET /live?seen=…`: one resource, three ways to read it.
//!
//! * What is newer than seen is answered at once.
//! * Otherwise the request waits for a change (`poll`): the long poll.
//! * With `Upgrade: websocket` it is a stream (`socket`).
//!
//! `follow` is what they share: register, then compare, then wait.

mod follow;
mod poll;
mod socket;

use app::wire::{self, LiveMessage, Seen};
use axum::{
    Json,
    extract::{
        FromRequestParts, Query, Request, State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shop::Refusal;
use store::StoreError;

use crate::{Shop, origin, shopper::known_shopper};
use follow::{Following, topics_of};

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
        Ok(None) | Err(_) => Err(app::wire::InvalidSeen::Malformed),
    };
    let seen = match seen {
        Ok(seen) => seen,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut parts, &shop).await {
        Ok(upgrade) => Some(upgrade),
        Err(rejection) if wants_socket(&parts.headers) => {
            return bad_upgrade(&rejection);
        }
        Err(_) => None,
    };
    let shopper = known_shopper(&shop, &parts.headers);
    let Ok(topics) = topics_of(&seen, shopper) else {
        return (StatusCode::NOT_FOUND, Json(nobodys_own())).into_response();
    };
    let (following, newer) = match Following::begin(&*shop.0.store, topics).await {
        Ok(begun) => begun,
        Err(error) => return trouble(&error),
    };
    match upgrade {
        Some(upgrade) => socket::open(shop, upgrade, shopper, following, newer),
        None => poll::answer(&shop, following, newer).await,
    }
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

/// `@mine` from somebody whom the shop does not know by a cookie.
fn nobodys_own() -> LiveMessage {
    LiveMessage {
        error: Some("`@mine` is for a browser with a cookie of this shop.".to_owned()),
        unknown: vec![wire::Topic::Mine.to_string()],
        ..LiveMessage::default()
    }
}

/// Other upgrades that a client may offer, as curl does HTTP/2, are none of our business.
fn wants_socket(headers: &HeaderMap) -> bool {
    let upgrade = headers
        .get(header::UPGRADE)
        .and_then(|upgrade| upgrade.to_str().ok());
    upgrade.is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"))
}

fn bad_upgrade(rejection: &WebSocketUpgradeRejection) -> Response {
    refuse(StatusCode::BAD_REQUEST, &rejection.body_text())
}

fn refuse(status: StatusCode, sentence: &str) -> Response {
    let message = LiveMessage {
        error: Some(sentence.to_owned()),
        ..LiveMessage::default()
    };
    (status, Json(message)).into_response()
}
