//! The events of a page as a whole: shown, hidden, left and back, and the network lost and back.

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{PageTransitionEvent, VisibilityState};

/// An event of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageEvent {
    /// The page was shown or hidden.
    Visible(bool),
    /// The page is about to be frozen or put into the back/forward cache. An open connection would
    /// prevent that.
    Left,
    /// The page is no longer frozen, or is back from the back/forward cache.
    Back,
    /// There is no network.
    Offline,
    /// The network is back.
    Online,
}

/// Calls a function with each event, for as long as the page is open.
///
/// One listener handles all of them, because each closure would add code to the first download.
pub(super) fn listen(hear: impl Fn(PageEvent) + 'static) {
    let listener = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
        match event.type_().as_str() {
            "visibilitychange" => hear(PageEvent::Visible(is_visible())),
            "offline" => hear(PageEvent::Offline),
            "online" => hear(PageEvent::Online),
            "pagehide" | "freeze" => hear(PageEvent::Left),
            // `pageshow` also fires on load. Only a page from the back/forward cache was away.
            "pageshow" if !event.unchecked_ref::<PageTransitionEvent>().persisted() => {}
            _ => hear(PageEvent::Back),
        }
    })
    .into_js_value();
    let (window, document) = (window(), document());
    for name in ["pagehide", "pageshow", "offline", "online"] {
        let _ = window.add_event_listener_with_callback(name, listener.unchecked_ref());
    }
    for name in ["visibilitychange", "freeze", "resume"] {
        let _ = document.add_event_listener_with_callback(name, listener.unchecked_ref());
    }
}

/// Whether somebody may see the page.
pub(super) fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}
