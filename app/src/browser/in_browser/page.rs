//! The page as a whole: its address, its focus, the time, and when it is shown again.

use leptos::{
    prelude::{document, on_cleanup, window, window_event_listener_untyped},
    web_sys::HtmlElement,
};
use wasm_bindgen::JsCast;
use web_sys::{PageTransitionEvent, VisibilityState};

use crate::browser::Moment;

/// Loads another page.
pub(crate) fn navigate(address: &str) {
    // If the browser does not allow it, the page stays.
    let _ = window().location().set_href(address);
}

/// Focuses the element with this id if the element that had the focus is gone. Otherwise keyboard
/// users would start again at the top.
pub(crate) fn restore_focus(id: &str) {
    let body = document().body();
    let nowhere = document()
        .active_element()
        .is_none_or(|focused| body.is_some_and(|body| *body == focused));
    let target = document().get_element_by_id(id);
    if nowhere && let Some(target) = target {
        // If it cannot be focused, nothing is.
        let _ = target.unchecked_into::<HtmlElement>().focus();
    }
}

/// The current time.
pub(crate) fn now() -> Moment {
    Moment {
        counted: window().performance().map_or(0.0, |clock| clock.now()),
        wall: js_sys::Date::now(),
    }
}

/// Whether the tab is visible.
pub(crate) fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Calls a function whenever the tab becomes visible again, or the page comes out of the browser's
/// back/forward cache.
pub(crate) fn on_return(act: impl Fn() + 'static) {
    let act = std::rc::Rc::new(act);
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
