//! The long poll.

use gloo_net::http::{Request, Response};
use leptos::task::spawn_local;
use web_sys::AbortController;

use super::Page;
use crate::live::{
    client::Event,
    machine::{self, Millis},
};

impl Page {
    pub(super) fn poll(&self, id: u32) {
        let Ok(controller) = AbortController::new() else {
            return self.later(Event::Wire(machine::Event::PollFailed(id)));
        };
        let request = Request::get(&self.address("http"))
            .abort_signal(Some(&controller.signal()))
            .send();
        self.0.borrow_mut().poll = Some((id, controller));

        let page = self.clone();
        spawn_local(async move {
            let event = match page.answer(id, request).await {
                Some(pace) => machine::Event::PollAnswered(id, pace),
                None => machine::Event::PollFailed(id),
            };
            page.0.borrow_mut().poll.take_if(|(known, _)| *known == id);
            page.dispatch(Event::Wire(event));
        });
    }

    /// Waits for the answer, takes it in, and returns the pace it asks for.
    async fn answer(
        &self,
        id: u32,
        request: impl Future<Output = Result<Response, gloo_net::Error>>,
    ) -> Option<Millis> {
        let response = request.await.ok()?;
        if response.ok() {
            self.dispatch(Event::Wire(machine::Event::PollWaits(id)));
        }
        let message = self.hear(response.text().await.ok()?)?;
        // What is gone is dropped, and the rest goes on.
        (response.ok() || !message.unknown.is_empty()).then(|| message.pace_ms.unwrap_or(0).into())
    }
}
