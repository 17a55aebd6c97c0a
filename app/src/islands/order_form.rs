//! The form that makes an order of the cart.

use leptos::{prelude::*, server_fn::ServerFn};
use shop::Contact;

use crate::{
    cart::CartView,
    components::{button, field, post_form},
    orders::PlaceOrder,
};

/// Patterns for browsers, no stricter than [`shop::Contact`] is.
const SOMETHING: &str = r".*\S.*";
const REACHABLE: &str = r"\s*([^@\s]+@[^@\s]+\.[^@\s]+|\+?[\d .\/\(\)\-]{6,40})\s*";
const HOW_TO_REACH: &str = "As in ann@example.org or +44 20 7946 0000";

/// Who collects, how the shop reaches them, and what they want to say.
pub(super) fn order_form(shown: RwSignal<CartView>) -> impl IntoView {
    // What is typed stays while the cart changes: only the name of the order is another.
    let key = move || shown.read().order_key.to_string();
    post_form(
        PlaceOrder::url(),
        Vec::new(),
        (
            // Names an order of this very cart.
            view! { <input type="hidden" name="key" value=key/> },
            field(
                "Name",
                "name",
                SOMETHING,
                "The name of whoever collects it",
                "name",
            ),
            field(
                "E-mail or telephone",
                "reach",
                REACHABLE,
                HOW_TO_REACH,
                "email",
            ),
            view! {
                <label>
                    "Note to the shop, if you have one "
                    <textarea name="note" rows="2" maxlength=Contact::LONGEST_NOTE></textarea>
                </label>
            },
            button("Reserve", "button"),
        ),
    )
}
