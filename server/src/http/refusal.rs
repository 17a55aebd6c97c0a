//! A refusal outside the server functions: a message as JSON, which `error_pages` translates and
//! turns into a page for people.

use std::sync::Arc;

use axum::{
    Extension, Json,
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use serde::Serialize;
use shop::Language;

/// Forbids shared caching, because the answer depends on the client.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// The message of a refusal, in any language.
///
/// It is an extension of the response, whose body is JSON in English until the client's language is
/// known.
#[derive(Clone)]
pub(crate) struct Message(pub(crate) Arc<dyn Fn(Language) -> &'static str + Send + Sync>);

/// Refuses a request with a message. `error_pages::render_refusal` translates it, and turns it into
/// a page for people.
pub(crate) fn refuse(
    status: StatusCode,
    sentence: impl Fn(Language) -> &'static str + Send + Sync + 'static,
) -> impl IntoResponse {
    let caching = (header::CACHE_CONTROL, PRIVATE);
    let body = json_error(sentence(Language::English));
    (
        status,
        [caching],
        Extension(Message(Arc::new(sentence))),
        body,
    )
}

/// A message for programs, as JSON.
pub(crate) fn json_error(sentence: &'static str) -> impl IntoResponse {
    #[derive(Serialize)]
    struct Refusal {
        error: &'static str,
    }
    Json(Refusal { error: sentence })
}
