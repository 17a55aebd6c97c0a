//! The form that turns the cart into an order.

use leptos::{prelude::*, server_fn::ServerFn};
use shop::Contact;

use super::CartView;
use crate::{
    i18n::current_language,
    layout::form::{button, field, post_form},
    order::PlaceOrder,
};

/// Patterns that the browser checks. They are not stricter than [`shop::Contact`].
const SOMETHING: &str = r".*\S.*";
const REACHABLE: &str = r"\s*([^@\s]+@[^@\s]+\.[^@\s]+|\+?[\d .\/\(\)\-]{6,40})\s*";

/// The fields for a name, an e-mail address or telephone number, and a note.
pub(crate) fn order_form(shown: RwSignal<CartView>) -> impl IntoView {
    let language = current_language();
    // When the cart changes, only the key and the total change: typed text stays.
    let key = move || shown.read().order_key.to_string();
    let total = move || shown.read().total.cents().to_string();
    post_form(
        PlaceOrder::url(),
        Vec::new(),
        (
            // The idempotency key for ordering exactly the cart shown.
            view! { <input type="hidden" name="key" value=key/> },
            // The shop refuses the order if its total is no longer this.
            view! { <input type="hidden" name="total" value=total/> },
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
