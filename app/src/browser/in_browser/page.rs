//! The page as a whole: its address, the time, and when it is shown again.

use leptos::prelude::{document, on_cleanup, untrack, window, window_event_listener_untyped};
use wasm_bindgen::JsCast;
use web_sys::{PageTransitionEvent, PerformanceNavigation, VisibilityState};

use crate::browser::Moment;

/// Loads another page.
pub(crate) fn navigate(address: &str) {
    // If the browser does not allow it, the page stays.
    let _ = window().location().set_href(address);
}

/// The current time.
pub(crate) fn now() -> Moment {
    Moment {
        counted: window().performance().map_or(0.0, |clock| clock.now()),
        wall: js_sys::Date::now(),
    }
}

/// A random number from 0 up to 1.
pub(crate) fn chance() -> f64 {
    js_sys::Math::random()
}

/// Whether the page was loaded by “Back” or “Forward”, so that its HTML may be old.
fn is_from_history() -> bool {
    let clock = window().performance();
    clock
        .is_some_and(|clock| clock.navigation().type_() == PerformanceNavigation::TYPE_BACK_FORWARD)
}

/// Whether the tab is visible.
pub(crate) fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Calls a function whenever the tab becomes visible again, or the shopper comes back to the page
/// by the history, from the browser's back/forward cache or its HTTP cache.
pub(crate) fn on_return(act: impl Fn() + 'static) {
    listen_for_return(std::rc::Rc::new(act));
}

fn listen_for_return(act: std::rc::Rc<dyn Fn()>) {
    if is_from_history() {
        untrack(&*act);
    }
    let again = act.clone();
    let shown = window_event_listener_untyped("visibilitychange", move |_| {
        if is_visible() {
            act();
        }
    });
    let back = window_event_listener_untyped("pageshow", move |event| {
        // `pageshow` also fires when the page loads, which is not a return.
        if event.unchecked_ref::<PageTransitionEvent>().persisted() {
            again();
        }
    });
    on_cleanup(move || {
        shown.remove();
        back.remove();
    });
}
