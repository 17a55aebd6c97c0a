//! The long poll.

use from_json::FromJson;
use gloo_net::http::Request;
use leptos::task::spawn_local;
use protocol::LiveMessage;
use web_sys::{AbortSignal, RequestCache};

use super::Page;
use crate::{
    browser::platform::request::{Abort, retry_after},
    live::{
        client::Event,
        reconnect::{self, Millis},
    },
};

impl Page {
    /// Starts a poll. The client gives it up at its own deadline, by dropping it.
    pub(super) fn poll(&self, id: u32) {
        let Some(abort) = Abort::new() else {
            return self.later(Event::Wire(reconnect::Event::PollFailed(id)));
        };
        let (address, signal) = (self.address(), abort.signal());
        self.0.borrow_mut().poll = Some((id, abort));

        let page = self.clone();
        spawn_local(async move {
            let event = page.answer(id, &address, &signal).await;
            let event = event.unwrap_or(reconnect::Event::PollFailed(id));
            page.0.borrow_mut().poll.take_if(|(known, _)| *known == id);
            page.dispatch(Event::Wire(event));
        });
    }

    /// Waits for the answer and takes it in. `None` if the poll failed or was given up.
    async fn answer(
        &self,
        id: u32,
        address: &str,
        signal: &AbortSignal,
    ) -> Option<reconnect::Event> {
        // Bypasses the cache, in which two pages with the same request would wait for each other.
        let request = Request::get(address)
            .cache(RequestCache::NoStore)
            .abort_signal(Some(signal));
        let response = request.send().await.ok()?;
        if response.ok() {
            self.dispatch(Event::Wire(reconnect::Event::PollWaits(id)));
        }
        if let Some(seconds) = retry_after(&response) {
            let after = Millis::from(seconds) * 1_000;
            return Some(reconnect::Event::PollRefused(id, after));
        }
        let message = LiveMessage::from_text(&response.text().await.ok()?)?;
        // Unknown topics are dropped, and polling continues with the others.
        let goes_on = response.ok() || !message.unknown.is_empty();
        let pace = message.pace_ms.unwrap_or(0);
        let is_pending = matches!(&self.0.borrow().poll, Some((known, _)) if *known == id);
        if !is_pending {
            return None;
        }
        self.hear(id, message);
        goes_on.then(|| reconnect::Event::PollAnswered(id, pace.into()))
    }
}
