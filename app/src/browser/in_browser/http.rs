//! The requests that islands send to the shop.

use from_json::FromJson;
use gloo_net::http::Request;
use web_sys::AbortSignal;

use super::request::send;
use crate::browser::refused::Refused;

/// A request that has not been answered after this time is aborted.
pub(super) const DEADLINE_MS: u32 = 15_000;

/// Sends a GET request and returns the body. Dropping the future aborts the request.
pub(crate) async fn get(address: &str) -> Result<String, Refused> {
    let answer = answer(DEADLINE_MS, |signal| {
        Request::get(address).abort_signal(Some(signal)).build()
    });
    answer.await.unwrap_or_else(|| Err(Refused::unreachable()))
}

/// Percent-encodes a text for an address.
pub(crate) fn encode(words: &str) -> String {
    js_sys::encode_uri_component(words).into()
}

/// Sends a request and returns the shop's answer. `None` if no answer arrives in time, or if it
/// comes from something else, such as a proxy.
pub(super) async fn answer(
    deadline: u32,
    request: impl FnOnce(&AbortSignal) -> Result<Request, gloo_net::Error>,
) -> Option<Result<String, Refused>> {
    let (response, words) = send(deadline, request).await?;
    if response.ok() {
        return Some(Ok(words));
    }
    Refused::from_text(&words).map(Err)
}
