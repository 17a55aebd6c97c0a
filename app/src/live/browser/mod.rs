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

/// Provides the islands of this page with the one client that they share, and with what
/// runs their effects.
///
/// This is `leptos::mount::hydrate_islands` without what it prepares for resources, which
/// islands of ours do not have.
pub fn provide() {
    // An error says that there is one already.
    let _ = Executor::init_wasm_bindgen();
    let page = Owner::new();
    page.set();
    let live = Live::new();
    provide_context(live);
    // For as long as the page is open.
    std::mem::forget(page);
    // When all islands that came with the page are there: what they follow is asked for at once.
    set_timeout(move || connect(live), Duration::ZERO);
}

/// Starts following whatever the page shows, for as long as the page is open.
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
    // A tab may be opened behind another.
    page.dispatch(Event::Visible(is_visible()));
    let on_topics = page.clone();
    ReactiveEffect::new(move |_| {
        live.track_topics();
        on_topics.dispatch(Event::Tabs(among_tabs::Event::Follows));
    });
    page.listen();
}

/// The page, as far as it is connected.
#[derive(Clone)]
struct Page(Rc<RefCell<State>>);

struct State {
    client: Client,
    clock: Stopwatch,
    live: Live,
    /// The socket, and the number that it was opened under: never more than one.
    socket: Option<(u32, Socket)>,
    /// The poll that waits, likewise.
    poll: Option<(u32, AbortController)>,
    /// To the other tabs. None where tabs do not share, and while the page is away.
    channel: Option<Channel>,
    /// The place in the queue for the lock, or the lock. Dropping it gives it up.
    claim: Option<Claim>,
    /// Rings at the client's deadline; dropping it cancels it.
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
            // The client has made it `Effect::Show`.
            reconnect::Effect::Show(_) => {}
        }
    }

    /// Takes in what the server has said, here and in the other tabs.
    fn hear(&self, words: String) -> Option<LiveMessage> {
        let message = LiveMessage::from_text(&words)?;
        self.live().take_in(&message);
        self.dispatch(Event::Said(message.clone(), words));
        Some(message)
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

    /// Dispatches after whatever is being carried out.
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

    /// Hears of everything that happens to the page as a whole. One listener for all,
    /// because each costs the first visit; it lives as long as the page.
    fn listen(&self) {
        let page = self.clone();
        let listener = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            match event.type_().as_str() {
                "visibilitychange" => page.dispatch(Event::Visible(is_visible())),
                "online" => page.dispatch(Event::Wire(reconnect::Event::Restored)),
                "pagehide" | "freeze" => page.leave(),
                // Only a page that comes out of the back/forward cache was away.
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

/// Whose page this is, as the server has written it into the page's head.
fn shopper() -> String {
    let name = format!("meta[name={SHOPPER_META}]");
    let meta = document().query_selector(&name).ok().flatten();
    meta.and_then(|meta| meta.get_attribute("content"))
        .unwrap_or_default()
}

fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}
