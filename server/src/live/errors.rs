//! The errors of `/live`.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use protocol::LiveMessage;
use shop::Refusal;
use store::StoreError;

use super::lookup::LookupError;

/// The message to a client that has asked for too many orders that do not exist.
pub(super) const GUESSED_TOO_OFTEN: &str =
    "Too many unknown order codes from your network. Please try again in a moment.";

/// The response to an error of the store.
pub(super) fn store_failure(error: &StoreError) -> Response {
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

/// The message on a WebSocket whose topics could not be looked up.
pub(super) fn lookup_error_message(error: &LookupError) -> LiveMessage {
    match error {
        LookupError::Store(error) => error_message(error),
        LookupError::GuessedTooOften(wait) => LiveMessage {
            error: Some(GUESSED_TOO_OFTEN.to_owned()),
            retry_ms: Some(u32::try_from(wait.as_millis()).unwrap_or(u32::MAX)),
            ..LiveMessage::default()
        },
    }
}

/// The error message for a client, also on a WebSocket.
fn error_message(error: &StoreError) -> LiveMessage {
    let (sentence, unknown) = match error {
        StoreError::Refused(Refusal::NoSuchBook(book)) => (
            format!("There is no book “{book}” in this shop."),
            book.to_string(),
        ),
        StoreError::Refused(Refusal::NoSuchOrder(code)) => (
            format!("There is no order {code} in this shop."),
            protocol::Topic::Order(*code).to_string(),
        ),
        error => {
            tracing::error!(
                error = error as &dyn std::error::Error,
                "the store has failed"
            );
            return busy();
        }
    };
    LiveMessage {
        error: Some(sentence),
        unknown: vec![unknown],
        ..LiveMessage::default()
    }
}

/// The message after a failure of the shop, whose cause is in the log.
pub(super) fn busy() -> LiveMessage {
    LiveMessage {
        error: Some("The shop is busy. Please try again in a moment.".to_owned()),
        ..LiveMessage::default()
    }
}

pub(super) fn refuse(status: StatusCode, sentence: &str) -> Response {
    let message = LiveMessage {
        error: Some(sentence.to_owned()),
        ..LiveMessage::default()
    };
    (status, Json(message)).into_response()
}
