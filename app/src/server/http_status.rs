//! Sets the HTTP status of the page that is being rendered.

use http::{HeaderValue, StatusCode, header};
use leptos::context::use_context;
use leptos_axum::ResponseOptions;

/// The `Retry-After` of a page that cannot be shown, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

pub(crate) fn set_not_found() {
    set(StatusCode::NOT_FOUND);
}

pub(crate) fn set_bad_request() {
    set(StatusCode::BAD_REQUEST);
}

pub(crate) fn set_unprocessable() {
    set(StatusCode::UNPROCESSABLE_ENTITY);
}

pub(crate) fn set_conflict() {
    set(StatusCode::CONFLICT);
}

pub(crate) fn set_busy() {
    set(StatusCode::SERVICE_UNAVAILABLE);
    if let Some(options) = use_context::<ResponseOptions>() {
        options.insert_header(header::RETRY_AFTER, RETRY_AFTER);
    }
}

fn set(status: StatusCode) {
    // The options are missing only while the route list is made at start-up.
    if let Some(options) = use_context::<ResponseOptions>() {
        options.set_status(status);
    }
}
