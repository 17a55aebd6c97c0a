//! `/cart`: the page of the cart.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;
use shop::Slug;

use super::{
    CartView,
    island::{CartProps, live_cart},
    view_cart,
};
use crate::{
    browser::refused::Refused,
    i18n::current_language,
    layout::{notice::error_in_address, page::load_page, price_label::price_label},
};

/// The cart.
#[component]
pub(crate) fn CartPage() -> impl IntoView {
    load_page(view_cart(), cart_section)
}

fn cart_section(cart: CartView) -> AnyView {
    let language = current_language();
    let notice = error_in_address().map(|error| Refused {
        gone: gone_in_address(),
        ..error.into()
    });
    // A search engine has no cart, so it would only find an empty one.
    let is_empty = cart.lines.is_empty();
    let label = price_label().filter(|_| !is_empty);
    view! {
        <Title text=say!(language, cart.title)/>
        <Meta name="description" content=say!(language, cart.description)/>
        <Meta name="robots" content=if is_empty { "noindex" } else { "all" }/>
        <section class="cart">
            <h1>{say!(language, cart.title)}</h1>
            {live_cart(CartProps { cart, notice })}
            {label}
            <p><a href="/orders">{say!(language, order.yours)}</a></p>
        </section>
    }
    .into_any()
}

/// The books that could not be ordered, as the address names them.
fn gone_in_address() -> Vec<Slug> {
    let gone = use_query_map().read_untracked().get("gone");
    let gone = gone.unwrap_or_default();
    gone.split(',')
        .filter_map(|book| book.parse().ok())
        .collect()
}
