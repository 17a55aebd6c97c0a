//! The form that places an order of the cart.

use leptos::{prelude::*, server_fn::ServerFn};
use shop::Contact;

use super::CartView;
use crate::{
    i18n::current_language,
    layout::form::{button, field, post_form},
    order::PlaceOrder,
};

/// Patterns for browsers, no stricter than [`shop::Contact`] is.
const SOMETHING: &str = r".*\S.*";
const REACHABLE: &str = r"\s*([^@\s]+@[^@\s]+\.[^@\s]+|\+?[\d .\/\(\)\-]{6,40})\s*";

/// Who collects, how the shop reaches them, and what they want to say.
pub(crate) fn order_form(shown: RwSignal<CartView>) -> impl IntoView {
    let language = current_language();
    // What is typed stays while the cart changes: only the name of the order is another.
    let key = move || shown.read().order_key.to_string();
    post_form(
        PlaceOrder::url(),
        Vec::new(),
        (
            // Names an order of this very cart.
            view! { <input type="hidden" name="key" value=key/> },
            field(
                say!(language, cart.name),
                "name",
                SOMETHING,
                say!(language, cart.name_hint),
                "name",
            ),
            field(
                say!(language, cart.reach),
                "reach",
                REACHABLE,
                say!(language, cart.reach_hint),
                "email",
            ),
            view! {
                <label>
                    {say!(language, cart.note)} " "
                    <textarea name="note" rows="2" maxlength=Contact::MAX_NOTE_CHARS></textarea>
                </label>
            },
            button(say!(language, cart.reserve), "button"),
        ),
    )
}
