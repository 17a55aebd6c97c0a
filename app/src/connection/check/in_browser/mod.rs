//! The browser's part of the check: requests, the socket, the clock, the clipboard.

mod answer;
mod echo_socket;

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::{document, window};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlTextAreaElement;

use super::{report::ReportHead, run::PATIENCE_MS};

pub(super) use answer::get;
pub(super) use echo_socket::EchoSocket;

/// Milliseconds since the page was opened, by the monotonic clock.
pub(super) fn millis() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

pub(super) fn report_head() -> ReportHead {
    ReportHead {
        title: document().title(),
        time: js_sys::Date::new_0().to_iso_string().into(),
        address: window().location().href().unwrap_or_default(),
        browser: window().navigator().user_agent().unwrap_or_default(),
    }
}

/// Copies the text of a field. If that fails, selects the text, to be copied by hand.
pub(super) async fn copy(field: HtmlTextAreaElement) -> bool {
    let clipboard = window().navigator().clipboard();
    // Over plain HTTP there is no clipboard.
    let is_copied = !clipboard.is_undefined() && {
        let written = JsFuture::from(clipboard.write_text(&field.value()));
        matches!(within(PATIENCE_MS, written).await, Some(Ok(_)))
    };
    if !is_copied {
        field.select();
    }
    is_copied
}

/// Awaits a future until a deadline, in milliseconds from now.
async fn within<T>(deadline_ms: u32, awaited: impl Future<Output = T> + Unpin) -> Option<T> {
    match select(awaited, TimeoutFuture::new(deadline_ms)).await {
        Either::Left((value, _)) => Some(value),
        Either::Right(_) => None,
    }
}
