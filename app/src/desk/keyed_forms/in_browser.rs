//! Sends a form with a key until the shop answers, then opens the page that the answer leads to.

use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlFormElement, UrlSearchParams};

use crate::{
    browser::{page, platform::request::send},
    live::reconnect::Backoff,
};

/// A form without an answer after this time is sent again.
const DEADLINE_MS: u32 = 15_000;
const BACKOFF: Backoff = Backoff::new(2_000, 30_000);
/// The statuses with which a proxy answers when it cannot reach the shop.
const UNKNOWN: std::ops::RangeInclusive<u16> = 502..=504;
/// The end of the address to which the shop redirects when it is busy.
const BUSY: &str = "notice=busy";

/// Sends the forms of this page that have a key.
pub(super) fn send_by_script(unanswered: RwSignal<bool>) {
    let listener = window_event_listener(ev::submit, move |event| {
        // A button with an address of its own changes nothing in the shop: the browser follows it.
        let button = event.submitter();
        if button.is_some_and(|button| button.has_attribute("formaction")) {
            return;
        }
        let Some(sent) = event.target().and_then(Sent::of) else {
            return;
        };
        event.prevent_default();
        // The form can no longer be changed. Setting an attribute fails only for an invalid name.
        let _ = sent.form.set_attribute("inert", "");
        spawn_local(sent.until_answered(unanswered));
    });
    on_cleanup(move || listener.remove());
}

/// A form as it was sent.
struct Sent {
    form: HtmlFormElement,
    address: String,
    fields: UrlSearchParams,
}

impl Sent {
    /// Reads a submitted form. `None` if it has no key.
    fn of(target: web_sys::EventTarget) -> Option<Self> {
        let form: HtmlFormElement = target.dyn_into().ok()?;
        let fields = FormData::new_with_form(&form).ok()?;
        let fields = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
        let address = form.get_attribute("action")?;
        fields.has("key").then_some(Self {
            form,
            address,
            fields,
        })
    }

    async fn until_answered(self, unanswered: RwSignal<bool>) {
        for failures in 0.. {
            let answer = send(DEADLINE_MS, |signal| {
                let request = Request::post(&self.address).header("accept", "text/html");
                request.abort_signal(Some(signal)).body(&self.fields)
            });
            match answer.await {
                // The shop does not know the outcome either.
                Some((response, _)) if response.url().ends_with(BUSY) => unanswered.set(true),
                Some((response, _)) if response.redirected() => {
                    return page::navigate(&response.url());
                }
                Some((response, _)) if !UNKNOWN.contains(&response.status()) => {
                    // Sends the form again, to show the answer. With its key, it counts once.
                    let _ = self.form.submit();
                    return;
                }
                _ => unanswered.set(true),
            }
            let wait = BACKOFF.wait(failures, page::chance());
            TimeoutFuture::new(u32::try_from(wait).unwrap_or(u32::MAX)).await;
        }
    }
}
