//! Carries out what [`Client`] decides, with the browser's sockets, requests and timers.

#[cfg(feature = "desk")]
pub(crate) mod line;
mod poll;
mod stream;

use std::{cell::RefCell, rc::Rc, time::Duration};

use any_spawner::Executor;
use gloo_timers::callback::Timeout;
use leptos::{
    prelude::{Effect as ReactiveEffect, Owner, document, provide_context, set_timeout, window},
    task::spawn_local,
};
use protocol::LiveMessage;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{PageTransitionEvent, VisibilityState};

use super::{
    Live,
    client::{Client, Event},
    reconnect::{self, Effect, Millis},
};
use crate::browser::{http::Abort, page::now, socket::Socket, stopwatch::Stopwatch};

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
    let live = Live::new();
    provide_context(live);
    // Keep it for as long as the page is open.
    std::mem::forget(page);
    // Connect after all islands of the page have started, so that one request covers their topics.
    set_timeout(move || connect(live), Duration::ZERO);
}

/// Connects, and follows the topics on the page for as long as it is open.
fn connect(live: Live) {
    let page = Page(Rc::new(RefCell::new(State {
        client: Client::new(0),
        clock: Stopwatch::started(now()),
        live,
        socket: None,
        poll: None,
        alarm: None,
    })));
    // A page may be opened in the background.
    page.dispatch_visible();
    let on_topics = page.clone();
    ReactiveEffect::new(move |_| {
        live.track_topics();
        on_topics.dispatch(Event::Follows);
    });
    page.listen();
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
    /// Wakes the client at its deadline. Dropping it cancels it.
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

    fn dispatch_visible(&self) {
        let visible = document().visibility_state() == VisibilityState::Visible;
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

    /// Takes in a message of the server.
    fn hear(&self, message: LiveMessage) {
        self.live().take_in(&message);
        self.dispatch(Event::Said(message));
    }

    /// The path of `/live`, with what the client asks for.
    fn address(&self) -> String {
        let client = &self.0.borrow().client;
        let stale = if client.is_stale() { "&stale=true" } else { "" };
        format!("/live?seen={}{stale}", client.asked())
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

    /// Listens to the events of the page as a whole, for as long as it is open.
    ///
    /// One listener handles all of them, because each closure makes the first visit heavier.
    fn listen(&self) {
        let page = self.clone();
        let listener = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            match event.type_().as_str() {
                "visibilitychange" => page.dispatch_visible(),
                "online" => page.dispatch(Event::Wire(reconnect::Event::Restored)),
                // A connection would keep the page out of the back/forward cache.
                "pagehide" | "freeze" => page.dispatch(Event::Away(true)),
                // `pageshow` also fires on load. Only a page from the back/forward cache was away.
                "pageshow" if !event.unchecked_ref::<PageTransitionEvent>().persisted() => {}
                _ => {
                    page.dispatch(Event::Away(false));
                    page.dispatch_visible();
                }
            }
        })
        .into_js_value();
        let (window, document) = (window(), document());
        for name in ["pagehide", "pageshow", "online"] {
            let _ = window.add_event_listener_with_callback(name, listener.unchecked_ref());
        }
        for name in ["visibilitychange", "freeze", "resume"] {
            let _ = document.add_event_listener_with_callback(name, listener.unchecked_ref());
        }
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
