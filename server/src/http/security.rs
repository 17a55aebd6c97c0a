//! Security headers, and the check against cross-site requests.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use tower_http::{
    csrf::{CsrfLayer, ProtectionError},
    set_header::SetResponseHeaderLayer,
};

use super::refusal::refuse;
use crate::config::PublicUrl;

/// Only our own files and connections, and only the scripts that carry this
/// page's nonce. `wasm-unsafe-eval` is what compiling WASM needs, and no more.
/// While cargo-leptos watches, its reload signal comes from another port.
pub(crate) fn content_security_policy(nonce: &str, reload_port: Option<u32>) -> HeaderValue {
    let reload = reload_port
        .map(|port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}"))
        .unwrap_or_default();
    HeaderValue::from_str(&format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'{reload}; worker-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ))
    .expect("a nonce is plain letters and digits")
}

/// Refuses what another site's page would have a browser send here.
pub(crate) fn refuse_cross_site(
    public_url: &PublicUrl,
) -> CsrfLayer<impl Fn(ProtectionError) -> Response<Body> + Clone + use<>> {
    CsrfLayer::new()
        .add_trusted_origin(public_url.to_string())
        .expect("a public url is an origin")
        .with_rejection_response(|_| {
            refuse(StatusCode::FORBIDDEN, |language| {
                app::say!(language, page.cross_site)
            })
            .into_response()
        })
}

/// A header that an answer carries whatever else has set it.
pub(crate) fn override_header(
    name: header::HeaderName,
    value: &'static str,
) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

/// A header that every answer carries beside what it says already.
pub(crate) fn append_header(
    name: header::HeaderName,
    value: &'static str,
) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::appending(name, HeaderValue::from_static(value))
}

/// A header that every answer carries.
pub(crate) fn default_header(
    name: header::HeaderName,
    value: &'static str,
) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
