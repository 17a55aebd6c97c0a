//! The long poll.

use leptos::task::spawn_local;
use web_sys::{AbortController, RequestInit};

use super::Page;
use crate::{
    browser::http::{fetch, text},
    live::{
        client::Event,
        reconnect::{self, Millis},
    },
};

impl Page {
    pub(super) fn poll(&self, id: u32) {
        let Ok(controller) = AbortController::new() else {
            return self.later(Event::Wire(reconnect::Event::PollFailed(id)));
        };
        let (address, request) = (self.address("http"), RequestInit::new());
        request.set_signal(Some(&controller.signal()));
        self.0.borrow_mut().poll = Some((id, controller));

        let page = self.clone();
        spawn_local(async move {
            let event = page.answer(id, &address, &request).await;
            let event = event.unwrap_or(reconnect::Event::PollFailed(id));
            page.0.borrow_mut().poll.take_if(|(known, _)| *known == id);
            page.dispatch(Event::Wire(event));
        });
    }

    /// Waits for the answer and takes it in. `None` if it is not an answer of the shop.
    async fn answer(
        &self,
        id: u32,
        address: &str,
        request: &RequestInit,
    ) -> Option<reconnect::Event> {
        let response = fetch(address, request).await?;
        if response.ok() {
            self.dispatch(Event::Wire(reconnect::Event::PollWaits(id)));
        }
        let retry_after = response.headers().get("retry-after").ok().flatten();
        if let Some(seconds) = retry_after.and_then(|after| after.parse::<u32>().ok()) {
            return Some(reconnect::Event::PollRefused(
                id,
                Millis::from(seconds) * 1_000,
            ));
        }
        let message = self.hear(text(&response).await?)?;
        // Unknown topics are dropped, and polling continues with the others.
        let goes_on = response.ok() || !message.unknown.is_empty();
        goes_on.then(|| reconnect::Event::PollAnswered(id, message.pace_ms.unwrap_or(0).into()))
    }
}
