//! Carries out what [`Client`] decides, with the browser's sockets, requests and timers.

mod lifecycle;
#[cfg(feature = "desk")]
pub(crate) mod line;
mod poll;
mod stream;

use std::{cell::RefCell, rc::Rc};

use any_spawner::Executor;
use gloo_timers::callback::Timeout;
use leptos::{
    prelude::{Owner, document, expect_context, provide_context},
    task::spawn_local,
};
use protocol::LiveMessage;
use shop::Epoch;

use self::lifecycle::{PageEvent, is_visible, listen};
use super::{
    Live,
    client::{Client, Event},
    reconnect::{self, Effect, Millis},
};
use crate::browser::{
    effect::effect,
    page::now,
    platform::{request::Abort, socket::Socket},
    stopwatch::Stopwatch,
};

/// Provides the islands of this page with the client that they share, and starts the executor for
/// their effects.
///
/// It replaces `leptos::mount::hydrate_islands`, whose support for resources the islands do not
/// need.
pub fn provide() {
    // It fails only if there is an executor already.
    let _ = Executor::init_wasm_bindgen();
    let page = Owner::new();
    page.set();
    provide_context(Live::new());
    // Keep it for as long as the page is open.
    std::mem::forget(page);
}

/// Connects, and follows the topics on the page for as long as it is open.
///
/// It is called after all islands of the page have started, so that one request covers all topics.
pub fn connect() {
    let live = expect_context::<Live>();
    let page = Page(Rc::new(RefCell::new(State {
        client: Client::new(epoch(), 0),
        clock: Stopwatch::started(now()),
        live,
        socket: None,
        poll: None,
        alarm: None,
    })));
    // A page may be opened in the background.
    page.dispatch_visible(is_visible());
    let on_topics = page.clone();
    effect(move || {
        live.track_topics();
        on_topics.dispatch(Event::Follows);
    });
    page.listen();
}

/// The epoch of the data that the page was rendered with.
pub(crate) fn epoch() -> Option<Epoch> {
    document().body()?.dataset().get("epoch")?.parse().ok()
}

/// The page's connections and timers. Clones share them.
#[derive(Clone)]
struct Page(Rc<RefCell<State>>);

struct State {
    client: Client,
    clock: Stopwatch,
    live: Live,
    /// The socket and its number. There is never more than one.
    socket: Option<(u32, Socket)>,
    /// The pending poll and its number. There is never more than one.
    poll: Option<(u32, Abort)>,
    /// Wakes the client at its deadline. Dropping the alarm cancels it.
    alarm: Option<Timeout>,
}

impl Page {
    fn dispatch(&self, event: Event) {
        let (seen, now) = (self.live().seen(), self.now());
        let effects = {
            let client = &mut self.0.borrow_mut().client;
            client.on(event, &seen, now, js_sys::Math::random())
        };
        for effect in effects {
            self.carry_out(effect);
        }
        self.set_alarm();
    }

    fn dispatch_visible(&self, visible: bool) {
        self.dispatch(Event::Wire(reconnect::Event::Visible(visible)));
    }

    fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::OpenSocket(id) => self.open_socket(id),
            Effect::CloseSocket(id) => self.drop_socket(id),
            Effect::SendSeen(id) => self.send_seen(id),
            Effect::Poll(id) => self.poll(id),
            Effect::AbortPoll(id) => {
                let poll = self.0.borrow_mut().poll.take_if(|(known, _)| *known == id);
                drop(poll);
            }
            Effect::Show(connection) => self.live().show(connection),
        }
    }

    /// Takes in a message that arrived on the socket or poll with this number.
    fn hear(&self, id: u32, message: LiveMessage) {
        self.live().take_in(&message);
        self.dispatch(Event::Said(id, message));
    }

    /// The path of `/live`, with what the client asks for.
    fn address(&self) -> String {
        let client = &self.0.borrow().client;
        let stale = if client.is_stale() { "&stale=true" } else { "" };
        let mut address = format!("/live?seen={}{stale}", client.asked());
        if let Some(epoch) = client.epoch() {
            address.push_str("&epoch=");
            address.push_str(epoch.as_str());
        }
        address
    }

    /// Dispatches an event after the current effects have been carried out.
    fn later(&self, event: Event) {
        let page = self.clone();
        spawn_local(async move { page.dispatch(event) });
    }

    fn set_alarm(&self) {
        let deadline = self.0.borrow().client.deadline();
        let page = self.clone();
        let alarm = deadline.map(|at| {
            let wait = u32::try_from(at.saturating_sub(self.now())).unwrap_or(u32::MAX >> 1);
            Timeout::new(wait, move || {
                page.dispatch(Event::Wire(reconnect::Event::Woken));
            })
        });
        self.0.borrow_mut().alarm = alarm;
    }

    fn listen(&self) {
        let page = self.clone();
        listen(move |event| match event {
            PageEvent::Visible(visible) => page.dispatch_visible(visible),
            PageEvent::Offline => page.dispatch(Event::Wire(reconnect::Event::Offline)),
            PageEvent::Online => page.dispatch(Event::Wire(reconnect::Event::Restored)),
            PageEvent::Left => page.dispatch(Event::Away(true)),
            PageEvent::Back => {
                page.dispatch(Event::Away(false));
                page.dispatch_visible(is_visible());
            }
        });
    }

    fn live(&self) -> Live {
        self.0.borrow().live
    }

    /// Milliseconds since the page was opened.
    fn now(&self) -> Millis {
        let passed = self.0.borrow_mut().clock.read(now());
        u64::try_from(passed.as_millis()).unwrap_or(u64::MAX)
    }
}
