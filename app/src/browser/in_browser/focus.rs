//! Moves the keyboard focus, above all when the focused element is gone.

use leptos::{prelude::document, web_sys::HtmlElement};
use wasm_bindgen::JsCast;

/// Focuses the element with this id if the focused element is gone. Without this, keyboard users
/// would start again at the top.
pub(crate) fn focus_if_lost(id: &str) {
    let body = document().body();
    let nowhere = document()
        .active_element()
        .is_none_or(|focused| body.is_some_and(|body| *body == focused));
    if nowhere {
        focus(id);
    }
}

/// Moves the focus from one element to another, if it has not gone elsewhere meanwhile.
pub(crate) fn move_focus(from: &str, to: &str) {
    let focused = document().active_element().map(|focused| focused.id());
    if focused.is_some_and(|id| id == from) {
        focus(to);
    }
}

fn focus(id: &str) {
    if let Some(target) = document().get_element_by_id(id) {
        // If the target cannot be focused, the focus stays where it is.
        let _ = target.unchecked_into::<HtmlElement>().focus();
    }
}
