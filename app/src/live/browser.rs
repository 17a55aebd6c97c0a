//! Carries out what [`Machine`] decides, with the browser's sockets, fetches and timers.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use futures::{
    SinkExt, StreamExt,
    channel::mpsc::{UnboundedSender, unbounded},
    stream::SplitSink,
};
use gloo_net::{
    http::Request,
    websocket::{Message, futures::WebSocket},
};
use gloo_timers::callback::Timeout;
use leptos::{
    prelude::{Effect as ReactiveEffect, document, window_event_listener_untyped},
    task::spawn_local,
};
use wasm_bindgen::JsCast;
use web_sys::{AbortController, PageTransitionEvent, VisibilityState};

use super::{
    Live,
    machine::{Effect, Event, Machine, Millis},
};
use crate::wire::{ClientMessage, LiveMessage, Seen};

/// Starts following whatever the page shows, for as long as the page is open.
pub(super) fn connect(live: Live) {
    let client = Client(Rc::new(RefCell::new(State {
        machine: Machine::new(now()),
        sockets: BTreeMap::new(),
        polls: BTreeMap::new(),
        alarm: None,
        live,
        told: Seen::default(),
    })));

    // A tab may be opened behind another.
    client.dispatch(Event::Visible(is_visible()));
    let on_books = client.clone();
    ReactiveEffect::new(move |_| {
        live.track_books();
        on_books.books_changed();
    });

    let on_visibility = client.clone();
    window_event_listener_untyped("visibilitychange", move |_| {
        on_visibility.dispatch(Event::Visible(is_visible()));
    });
    let on_show = client.clone();
    window_event_listener_untyped("pageshow", move |event| {
        // Only a page that comes out of the back/forward cache was frozen.
        if event.unchecked_ref::<PageTransitionEvent>().persisted() {
            on_show.dispatch(Event::Restored);
        }
    });
    let on_network = client;
    window_event_listener_untyped("online", move |_| on_network.dispatch(Event::Restored));
}

#[derive(Clone)]
struct Client(Rc<RefCell<State>>);

struct State {
    machine: Machine,
    sockets: BTreeMap<u32, UnboundedSender<Message>>,
    polls: BTreeMap<u32, AbortController>,
    /// Rings at the machine's deadline; dropping it cancels it.
    alarm: Option<Timeout>,
    live: Live,
    /// What the machine last knew to be followed, without the versions.
    told: Seen,
}

impl Client {
    fn dispatch(&self, event: Event) {
        let effects = self
            .0
            .borrow_mut()
            .machine
            .on(event, now(), js_sys::Math::random());
        for effect in effects {
            self.carry_out(effect);
        }
        self.set_alarm();
    }

    fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::OpenSocket(id) => self.open_socket(id),
            Effect::CloseSocket(id) => {
                self.0.borrow_mut().sockets.remove(&id);
            }
            Effect::SendSeen(id) => {
                let seen = self.live().seen().to_string();
                self.send(
                    id,
                    &ClientMessage {
                        seen: Some(seen),
                        ping: None,
                    },
                );
            }
            Effect::Poll(id) => self.poll(id),
            Effect::AbortPoll(id) => {
                if let Some(poll) = self.0.borrow_mut().polls.remove(&id) {
                    poll.abort();
                }
            }
            Effect::Show(connection) => self.live().show(connection),
        }
    }

    fn books_changed(&self) {
        let books: Seen = self
            .live()
            .seen()
            .topics()
            .iter()
            .map(|(book, _)| (book.clone(), 0))
            .collect();
        let following = !books.topics().is_empty();
        let changed = std::mem::replace(&mut self.0.borrow_mut().told, books.clone()) != books;
        if changed {
            self.dispatch(Event::Following(following));
            if following {
                self.dispatch(Event::SeenChanged);
            }
        }
    }

    fn open_socket(&self, id: u32) {
        let Ok(socket) = WebSocket::open(&self.address("ws")) else {
            // Refused before it was tried, by the page's policy for one.
            return self.later(Event::Closed(id));
        };
        let (sink, mut incoming) = socket.split();
        let (sender, outgoing) = unbounded();
        self.0.borrow_mut().sockets.insert(id, sender);
        spawn_local(forward(outgoing, sink));
        // It is asked to speak, because a socket that a proxy swallows opens too.
        let ping = Some(serde_json::json!(now()));
        self.send(id, &ClientMessage { seen: None, ping });

        let client = self.clone();
        spawn_local(async move {
            while let Some(Ok(message)) = incoming.next().await {
                if !client.0.borrow().sockets.contains_key(&id) {
                    return;
                }
                if let Message::Text(text) = message {
                    client.hear(id, &text);
                }
            }
            client.0.borrow_mut().sockets.remove(&id);
            client.dispatch(Event::Closed(id));
        });
    }

    fn hear(&self, id: u32, text: &str) {
        let Ok(message) = serde_json::from_str::<LiveMessage>(text) else {
            return;
        };
        self.live().take_in(&message);
        self.live().forget(&message.unknown);
        match message.retry_ms {
            Some(after) => self.dispatch(Event::RetryAfter(id, after.into())),
            None => self.dispatch(Event::Heard(id)),
        }
    }

    fn send(&self, id: u32, message: &ClientMessage) {
        if let Some(socket) = self.0.borrow().sockets.get(&id)
            && let Ok(text) = serde_json::to_string(message)
        {
            // A socket that has closed in the meantime says so by itself.
            let _ = socket.unbounded_send(Message::Text(text));
        }
    }

    fn poll(&self, id: u32) {
        let Ok(controller) = AbortController::new() else {
            return self.later(Event::PollFailed(id));
        };
        let request = Request::get(&self.address("http"))
            .abort_signal(Some(&controller.signal()))
            .send();
        self.0.borrow_mut().polls.insert(id, controller);

        let client = self.clone();
        spawn_local(async move {
            let event = match client.poll_answer(id, request).await {
                Some(pace) => Event::PollAnswered(id, pace),
                None => Event::PollFailed(id),
            };
            client.0.borrow_mut().polls.remove(&id);
            client.dispatch(event);
        });
    }

    /// Waits for the answer, takes it in, and returns the pace it asks for.
    async fn poll_answer(
        &self,
        id: u32,
        request: impl Future<Output = Result<gloo_net::http::Response, gloo_net::Error>>,
    ) -> Option<Millis> {
        let response = request.await.ok()?;
        if response.ok() {
            self.dispatch(Event::PollWaits(id));
        }
        let message: LiveMessage = response.json().await.ok()?;
        self.live().take_in(&message);
        // A book that is gone is dropped, and the rest goes on.
        self.live().forget(&message.unknown);
        (response.ok() || !message.unknown.is_empty()).then(|| message.pace_ms.unwrap_or(0).into())
    }

    /// `ws` or `http`, with or without the `s` that the page has.
    fn address(&self, scheme: &str) -> String {
        let location = document().location().expect("a page has an address");
        let secure = if location.protocol().is_ok_and(|own| own == "https:") {
            "s"
        } else {
            ""
        };
        let host = location.host().unwrap_or_default();
        format!("{scheme}{secure}://{host}/live?seen={}", self.live().seen())
    }

    /// Dispatches after whatever is being carried out.
    fn later(&self, event: Event) {
        let client = self.clone();
        spawn_local(async move { client.dispatch(event) });
    }

    fn set_alarm(&self) {
        let deadline = self.0.borrow().machine.deadline();
        let client = self.clone();
        let alarm = deadline.map(|at| {
            let wait = u32::try_from(at.saturating_sub(now())).unwrap_or(u32::MAX >> 1);
            Timeout::new(wait, move || client.dispatch(Event::Woken))
        });
        self.0.borrow_mut().alarm = alarm;
    }

    fn live(&self) -> Live {
        self.0.borrow().live
    }
}

/// Passes messages on to the socket until either end is dropped, then closes it.
async fn forward(
    mut outgoing: futures::channel::mpsc::UnboundedReceiver<Message>,
    mut sink: SplitSink<WebSocket, Message>,
) {
    while let Some(message) = outgoing.next().await {
        if sink.send(message).await.is_err() {
            return;
        }
    }
    // Closing what is closed already is no failure.
    let _ = sink.close().await;
}

fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// The wall clock, because it goes on while a laptop sleeps.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "milliseconds since 1970 are a whole positive number far below 2^52"
)]
fn now() -> Millis {
    js_sys::Date::now() as Millis
}
