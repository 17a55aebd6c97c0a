//! Carries out what [`Client`] decides, with the browser's sockets, locks and timers.

mod claim;
mod poll;
mod socket;
mod tabs;

use std::{cell::RefCell, rc::Rc, time::Duration};

use any_spawner::Executor;
use gloo_timers::callback::Timeout;
use leptos::{
    prelude::{Effect as ReactiveEffect, Owner, document, provide_context, set_timeout, window},
    task::spawn_local,
};
use protocol::{LiveMessage, SHOPPER_META, Seen};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{AbortController, PageTransitionEvent, VisibilityState};

use self::{
    claim::{Claim, locks},
    socket::Socket,
    tabs::Channel,
};
use super::{
    Live,
    client::{Client, Effect, Event},
    reconnect::{self, Millis},
    tabs as among_tabs,
};
use crate::browser::{json::FromJson, page::now, stopwatch::Stopwatch};

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
    let (id, shares) = (js_sys::Math::random().to_bits(), locks().is_some());
    let page = Page(Rc::new(RefCell::new(State {
        client: Client::new(id, shopper(), shares, 0),
        clock: Stopwatch::started(now()),
        live,
        socket: None,
        poll: None,
        channel: None,
        claim: None,
        alarm: None,
    })));
    if shares {
        page.open_channel();
    }
    // A tab may be opened in the background.
    page.dispatch(Event::Visible(is_visible()));
    let on_topics = page.clone();
    ReactiveEffect::new(move |_| {
        live.track_topics();
        on_topics.dispatch(Event::Tabs(among_tabs::Event::Follows));
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
    poll: Option<(u32, AbortController)>,
    /// The channel to the other tabs. `None` if tabs do not share, and while the page is away.
    channel: Option<Channel>,
    /// The place in the queue for the lock, or the lock. Dropping it gives it up.
    claim: Option<Claim>,
    /// Wakes the client at its deadline. Dropping it cancels it.
    alarm: Option<Timeout>,
}

impl Page {
    fn dispatch(&self, event: Event) {
        let now = self.now();
        self.decide(|client, seen| client.on(event, seen, now, js_sys::Math::random()));
    }

    fn decide(&self, decide: impl FnOnce(&mut Client, &Seen) -> Vec<Effect>) {
        let seen = self.live().seen();
        let effects = decide(&mut self.0.borrow_mut().client, &seen);
        for effect in effects {
            self.carry_out(effect);
        }
        self.set_alarm();
    }

    fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::Wire(effect) => self.carry_out_wire(effect),
            Effect::RequestLock => self.request_lock(),
            Effect::ReleaseLock => drop(self.0.borrow_mut().claim.take()),
            Effect::Post(message) => {
                if let Some(channel) = &self.0.borrow().channel {
                    channel.post(&message);
                }
            }
            Effect::Show((connection, round_trip)) => self.live().show(connection, round_trip),
        }
    }

    fn carry_out_wire(&self, effect: reconnect::Effect) {
        match effect {
            reconnect::Effect::OpenSocket(id) => self.open_socket(id),
            reconnect::Effect::CloseSocket(id) => self.drop_socket(id),
            reconnect::Effect::SendSeen(id) => self.send_seen(id),
            reconnect::Effect::Poll(id) => self.poll(id),
            reconnect::Effect::AbortPoll(id) => {
                let poll = self.0.borrow_mut().poll.take_if(|(known, _)| *known == id);
                if let Some((_, poll)) = poll {
                    poll.abort();
                }
            }
            // The client turns it into `Effect::Show`.
            reconnect::Effect::Show(_) => {}
        }
    }

    /// Takes in a message of the server, and passes it on to the other tabs if this tab leads.
    fn hear(&self, words: String) -> Option<LiveMessage> {
        let message = LiveMessage::from_text(&words)?;
        self.live().take_in(&message);
        self.dispatch(Event::Said(message.clone(), words));
        Some(message)
    }

    /// The address of `/live` with this scheme, `ws` or `http`, with an `s` if the page has one.
    fn address(&self, scheme: &str) -> String {
        let location = document().location().expect("a page has an address");
        let secure = if location.protocol().is_ok_and(|own| own == "https:") {
            "s"
        } else {
            ""
        };
        let host = location.host().unwrap_or_default();
        let state = self.0.borrow();
        let stale = if state.client.is_stale() {
            "&stale=true"
        } else {
            ""
        };
        format!(
            "{scheme}{secure}://{host}/live?seen={}{stale}",
            state.client.asked()
        )
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
                let now = page.now();
                page.decide(|client, seen| client.wake(seen, now, js_sys::Math::random()));
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
                "visibilitychange" => page.dispatch(Event::Visible(is_visible())),
                "online" => page.dispatch(Event::Wire(reconnect::Event::Restored)),
                "pagehide" | "freeze" => page.leave(),
                // `pageshow` also fires on load. Only a page from the back/forward cache was away.
                "pageshow" if !event.unchecked_ref::<PageTransitionEvent>().persisted() => {}
                _ => page.come_back(),
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

/// The hash of the shopper's id in the page's head.
fn shopper() -> String {
    let name = format!("meta[name={SHOPPER_META}]");
    let meta = document().query_selector(&name).ok().flatten();
    meta.and_then(|meta| meta.get_attribute("content"))
        .unwrap_or_default()
}

fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}
