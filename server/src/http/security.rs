//! Security headers, and the check against cross-site requests.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use tower_http::{
    csrf::{CsrfLayer, ProtectionError},
    set_header::SetResponseHeaderLayer,
};

use super::refusal::refuse;
use crate::config::PublicUrl;

/// The headers of every answer. `deploy/nginx/headers.conf` has them for nginx's own answers.
const ON_EVERY_ANSWER: [(HeaderName, HeaderValue); 4] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    // No other site may embed the shop's files.
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    // The shop uses none of these. The clipboard, which the connection check uses, stays allowed.
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];
/// Prevents other sites from keeping a reference to a window of the shop.
const OPENER_POLICY: (HeaderName, HeaderValue) = (
    HeaderName::from_static("cross-origin-opener-policy"),
    HeaderValue::from_static("same-origin"),
);

/// Adds the headers that every answer has, unless it sets them itself.
pub(crate) fn secure(headers: &mut HeaderMap, public_url: &PublicUrl) {
    // From an address that is not secure, browsers ignore the opener policy and log an error.
    let opener_policy = public_url.is_trustworthy().then_some(OPENER_POLICY);
    for (name, value) in ON_EVERY_ANSWER.into_iter().chain(opener_policy) {
        headers.entry(name).or_insert(value);
    }
}

/// The content security policy: our own files and connections, and the scripts that carry this
/// page's nonce. Compiling WASM needs `wasm-unsafe-eval`. With cargo-leptos watch, the reload
/// signal comes from another port.
pub(crate) fn content_security_policy(nonce: &str, reload_port: Option<u32>) -> HeaderValue {
    let reload = reload_port
        .map(|port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}"))
        .unwrap_or_default();
    HeaderValue::from_str(&format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'{reload}; worker-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ))
    .expect("a nonce has only letters and digits")
}

/// Refuses requests that a page of another site sends, according to `Sec-Fetch-Site`. The check of
/// `Origin` is in `admission::origin`.
pub(crate) fn refuse_cross_site(
    public_url: &PublicUrl,
) -> CsrfLayer<impl Fn(ProtectionError) -> Response<Body> + Clone + use<>> {
    CsrfLayer::new()
        .add_trusted_origin(public_url.to_string())
        .expect("a public URL is an origin")
        .with_rejection_response(|_| {
            refuse(StatusCode::FORBIDDEN, |language| {
                app::say!(language, page.cross_site)
            })
            .into_response()
        })
}

/// Sets a header, replacing any other value.
pub(crate) fn override_header(
    name: header::HeaderName,
    value: &'static str,
) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

/// Adds a value to a header.
pub(crate) fn append_header(
    name: header::HeaderName,
    value: &'static str,
) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::appending(name, HeaderValue::from_static(value))
}

/// Sets a header if the answer does not have it.
pub(crate) fn default_header(
    name: header::HeaderName,
    value: &'static str,
) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
