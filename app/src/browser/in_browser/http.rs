//! Requests to the shop, made with gloo-net. Each has a deadline and can be aborted.

use from_json::FromJson;
use gloo_net::http::{Request, Response};
use gloo_timers::callback::Timeout;
use web_sys::{AbortController, AbortSignal};

use crate::browser::Refused;

/// A request that has not been answered after this time is aborted.
const DEADLINE_MS: u32 = 15_000;

/// Aborts its request when it is dropped, or at a deadline.
pub(crate) struct Abort {
    controller: AbortController,
    _deadline: Option<Timeout>,
}

impl Abort {
    /// Without a deadline, for a request whose caller has one. `None` if the browser cannot abort
    /// requests.
    pub(crate) fn new() -> Option<Self> {
        let controller = AbortController::new().ok()?;
        Some(Self {
            controller,
            _deadline: None,
        })
    }

    /// With a deadline, in milliseconds from now.
    pub(crate) fn after(deadline: u32) -> Option<Self> {
        let mut abort = Self::new()?;
        let controller = abort.controller.clone();
        abort._deadline = Some(Timeout::new(deadline, move || controller.abort()));
        Some(abort)
    }

    /// The signal for the request.
    pub(crate) fn signal(&self) -> AbortSignal {
        self.controller.signal()
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        self.controller.abort();
    }
}

/// Sends a GET request and returns the body.
pub(crate) async fn get(address: &str) -> Result<String, Refused> {
    let answer = answer(|signal| Request::get(address).abort_signal(Some(signal)).build());
    answer.await.unwrap_or_else(|| Err(Refused::unreachable()))
}

/// Percent-encodes a text for an address.
pub(crate) fn encode(words: &str) -> String {
    js_sys::encode_uri_component(words).into()
}

/// The answer of the shop to a request, with the whole body. `None` if there is none in time, or
/// if it is not the shop's, but for example a proxy's.
pub(super) async fn answer(
    request: impl FnOnce(&AbortSignal) -> Result<Request, gloo_net::Error>,
) -> Option<Result<String, Refused>> {
    let abort = Abort::after(DEADLINE_MS)?;
    let response = request(&abort.signal()).ok()?.send().await.ok()?;
    let words = response.text().await.ok()?;
    if response.ok() {
        return Some(Ok(words));
    }
    Refused::from_text(&words).map(Err)
}

/// The seconds in a response's `Retry-After`.
pub(crate) fn retry_after(response: &Response) -> Option<u32> {
    response.headers().get("retry-after")?.parse().ok()
}
