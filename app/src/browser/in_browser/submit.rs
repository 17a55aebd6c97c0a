//! Sends a form as the browser itself would. Every form that a script sends is sent here.

use std::time::Duration;

use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use leptos::{ev::SubmitEvent, prelude::window};
use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlFormElement, Storage, UrlSearchParams};

use super::http;
use crate::browser::{page, refused::Refused};

/// The most requests for a form with a key. All are made only if each fails at once, as without a
/// network; otherwise [`KEEP_TRYING`] is over first.
const MOST_REQUESTS: u32 = 4;
/// A request without an answer is aborted after this time. Two requests and the wait between them
/// fit into the 15 s that a form without a key has.
const REQUEST_MS: u32 = 7_000;
/// After this time, there is no further request.
const KEEP_TRYING: Duration = Duration::from_millis(7_500);
/// The wait before the second request; it doubles with each request.
const FIRST_WAIT_MS: u32 = 500;
/// A kept form older than this is discarded: the shopper no longer expects it to be sent.
const KEPT_SECONDS: u32 = 60 * 60;

/// What a form contained when it was sent.
pub(crate) struct Submission {
    address: String,
    fields: UrlSearchParams,
}

impl Submission {
    /// Reads the submitted form. `None` if the form has no action.
    pub(crate) fn of(submitted: &SubmitEvent) -> Option<Self> {
        let form = submitted.target()?.unchecked_into::<HtmlFormElement>();
        let fields = FormData::new_with_form(&form).ok()?;
        let fields = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
        let address = form.get_attribute("action")?;
        Some(Self { address, fields })
    }

    /// Its idempotency key. A form with a key can be sent again, and gets the same answer.
    pub(crate) fn key(&self) -> Option<String> {
        self.fields.get("key")
    }

    /// Keeps the form in the tab under a name.
    pub(crate) fn keep(&self, name: &str) {
        let fields = String::from(self.fields.to_string());
        let text = format!("{} {} {fields}", seconds(), self.address);
        // If there is no room, the form is lost when the page is left.
        let _ = session().and_then(|session| session.set_item(name, &text).ok());
    }

    /// The form that the tab has kept under a name, unless it is too old.
    pub(crate) fn kept(name: &str) -> Option<Self> {
        let text = session()?.get_item(name).ok()??;
        let (since, form) = text.split_once(' ')?;
        let (address, fields) = form.split_once(' ')?;
        let (since, address) = (since.parse::<u32>().ok()?, address.to_owned());
        let fields = UrlSearchParams::new_with_str(fields).ok()?;
        let is_new = seconds().saturating_sub(since) < KEPT_SECONDS;
        is_new.then_some(Self { address, fields })
    }

    /// Discards the form kept under this name.
    pub(crate) fn forget(name: &str) {
        // Without storage, none was kept.
        let _ = session().and_then(|session| session.remove_item(name).ok());
    }

    /// Sends the form, and returns the body of the answer, within 15 s.
    ///
    /// If there is no answer, the shop may have carried the form out nevertheless. A form with a
    /// key is then sent again.
    pub(crate) async fn send(&self) -> Result<String, Refused> {
        let (began, mut wait) = (page::now(), FIRST_WAIT_MS);
        let (most, deadline) = match self.key() {
            Some(_) => (MOST_REQUESTS, REQUEST_MS),
            None => (1, http::DEADLINE_MS),
        };
        for number in 1..=most {
            let answer = http::answer(deadline, |signal| {
                Request::post(&self.address)
                    .abort_signal(Some(signal))
                    .body(&self.fields)
            });
            if let Some(answer) = answer.await {
                return answer;
            }
            if number == most || page::now().since(began) > KEEP_TRYING {
                break;
            }
            TimeoutFuture::new(wait).await;
            wait *= 2;
        }
        Err(Refused::unreachable())
    }
}

/// The time in whole seconds since 1970, which fit until 2106. Code that formats a fraction would
/// add 20 kB to the WASM.
fn seconds() -> u32 {
    let now = Duration::from_secs_f64(js_sys::Date::now() / 1_000.0);
    u32::try_from(now.as_secs()).unwrap_or(u32::MAX)
}

/// The storage of this tab. `None` if the shopper does not allow it.
fn session() -> Option<Storage> {
    window().session_storage().ok()?
}
