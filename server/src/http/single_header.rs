//! Headers that may come only once.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// A header's value, if there is exactly one.
pub(crate) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

/// A header's value as text, if there is exactly one.
pub(crate) fn only_text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    only(headers, name)?.to_str().ok()
}
