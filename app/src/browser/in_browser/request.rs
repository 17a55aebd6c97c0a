//! Requests, made with gloo-net. Each has a deadline and can be aborted.

use gloo_net::http::{Request, Response};
use gloo_timers::callback::Timeout;
use web_sys::{AbortController, AbortSignal};

/// Aborts its request when it is dropped, or at a deadline.
pub(crate) struct Abort {
    controller: AbortController,
    _deadline: Option<Timeout>,
}

impl Abort {
    /// Makes one without a deadline, for a caller that has its own. `None` if the browser cannot
    /// abort requests.
    pub(crate) fn new() -> Option<Self> {
        let controller = AbortController::new().ok()?;
        Some(Self {
            controller,
            _deadline: None,
        })
    }

    /// Makes one with a deadline, in milliseconds from now.
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

/// Sends a request and reads the whole answer. `None` if there is none within the deadline, in
/// milliseconds.
pub(crate) async fn send(
    deadline: u32,
    request: impl FnOnce(&AbortSignal) -> Result<Request, gloo_net::Error>,
) -> Option<(Response, String)> {
    let abort = Abort::after(deadline)?;
    let response = request(&abort.signal()).ok()?.send().await.ok()?;
    let body = response.text().await.ok()?;
    Some((response, body))
}

/// The seconds in a response's `Retry-After`.
pub(crate) fn retry_after(response: &Response) -> Option<u32> {
    response.headers().get("retry-after")?.parse().ok()
}
