//! Refusals outside the server functions: a sentence as JSON, and its translations for whoever
//! shows it as a page.

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
pub(crate) struct Sentence(pub(crate) Arc<dyn Fn(Language) -> &'static str + Send + Sync>);

/// A refusal with a sentence. `error_pages::shown_to` makes it a page for people, and
/// translates it for everybody.
pub(crate) fn refuse(
    status: StatusCode,
    sentence: impl Fn(Language) -> &'static str + Send + Sync + 'static,
) -> impl IntoResponse {
    let caching = (header::CACHE_CONTROL, PRIVATE);
    let said = said(sentence(Language::English));
    (
        status,
        [caching],
        Extension(Sentence(Arc::new(sentence))),
        said,
    )
}

/// A sentence for a program.
pub(crate) fn said(sentence: &'static str) -> impl IntoResponse {
    #[derive(Serialize)]
    struct Refusal {
        error: &'static str,
    }
    Json(Refusal { error: sentence })
}
