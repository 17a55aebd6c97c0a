//! A refusal outside the server functions: a sentence as JSON, which `error_pages` translates and
//! makes a page for people.

use std::sync::Arc;

use axum::{
    Extension, Json,
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use serde::Serialize;
use shop::Language;

/// What is said to one client is no answer to another.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// The sentence of a refusal, in any language.
///
/// It travels with the response, whose body is JSON in English until it is known who asked.
#[derive(Clone)]
pub(crate) struct Message(pub(crate) Arc<dyn Fn(Language) -> &'static str + Send + Sync>);

/// A refusal with a sentence. `error_pages::render_refusal` makes it a page for people, and
/// translates it for everybody.
pub(crate) fn refuse(
    status: StatusCode,
    sentence: impl Fn(Language) -> &'static str + Send + Sync + 'static,
) -> impl IntoResponse {
    let caching = (header::CACHE_CONTROL, PRIVATE);
    let said = json_error(sentence(Language::English));
    (
        status,
        [caching],
        Extension(Message(Arc::new(sentence))),
        said,
    )
}

/// A sentence for a program.
pub(crate) fn json_error(sentence: &'static str) -> impl IntoResponse {
    #[derive(Serialize)]
    struct Refusal {
        error: &'static str,
    }
    Json(Refusal { error: sentence })
}
