//! The button: puts a copy into the cart, or takes it out.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};
use shop::{Level, Slug};

use super::notice_in_address;
use crate::{
    ShopError,
    cart::{self, AddToCart, RemoveFromCart},
    live::Live,
};

/// What the button was pressed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Add,
    Remove,
}

/// *Add to Cart*, or what is in the cart and *Remove from Cart*.
///
/// The same forms work without script: then the server sends the browser back
/// to this page, with the reason in the address where something went wrong.
#[component]
pub(crate) fn Buy(
    book: Slug,
    level: Signal<Level>,
    /// As of the rendering.
    in_cart: bool,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let slug = StoredValue::new(book);
    // One action for both, so that its latest value is the latest truth.
    let action = Action::new(move |wish: &Wish| {
        let (wish, book) = (*wish, slug.get_value());
        async move {
            let line = match wish {
                Wish::Add => cart::add_to_cart(book).await,
                Wish::Remove => cart::remove_from_cart(book).await,
            };
            // The level came with the answer: the page need not wait for the feed.
            if let Ok(line) = &line {
                live.hear(&line.level);
            }
            line
        }
    });
    let value = action.value();
    let in_cart = Memo::new(move |before: Option<&bool>| match &*value.read() {
        Some(Ok(line)) => line.in_cart,
        _ => before.copied().unwrap_or(in_cart),
    });
    let sold_out = Memo::new(move |_| level.read().available == 0);
    let in_address = notice_in_address();
    let trouble = move || match &*value.read() {
        // A notice from before a copy came back would contradict the page.
        None => in_address
            .clone()
            .filter(|error| *error != ShopError::SoldOut || sold_out.get()),
        Some(outcome) => outcome.as_ref().err().cloned(),
    };
    let pending = action.pending();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        // A double click is one click: the first is still on its way.
        if !pending.get_untracked() {
            action.dispatch(if in_cart.get_untracked() {
                Wish::Remove
            } else {
                Wish::Add
            });
        }
    };

    // One form and one button, whichever it is for, so that the focus stays on it.
    view! {
        <div class="buy" aria-busy=move || pending.get().to_string()>
            <form
                method="post"
                action=move || if in_cart.get() { RemoveFromCart::url() } else { AddToCart::url() }
                on:submit=submit
            >
                <input type="hidden" name="book" value=slug.get_value().to_string()/>
                <button
                    class="button"
                    class:button-quiet=move || in_cart.get()
                    disabled=move || sold_out.get() && !in_cart.get()
                >
                    {move || if in_cart.get() { "Remove from Cart" } else { "Add to Cart" }}
                </button>
            </form>
            <p class="buy-news" role="status">
                {move || in_cart.get().then_some("One copy is in your cart.")}
            </p>
            <p class="buy-trouble" role="alert">
                {move || trouble().map(|error| error.to_string())}
            </p>
        </div>
    }
}
