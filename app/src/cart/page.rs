//! `/cart`: the page of the cart.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

use super::{CartView, island::live_cart, view_cart};
use crate::{
    i18n::current_language,
    layout::{
        notice::{alert, notice_line},
        page::load_page,
    },
};

/// The cart.
#[component]
pub(crate) fn CartPage() -> impl IntoView {
    load_page(view_cart(), cart_section)
}

fn cart_section(cart: CartView) -> AnyView {
    let language = current_language();
    let gone_alert = gone_alert(&cart);
    // A search engine has no cart, so it would only find an empty one.
    let is_empty = cart.lines.is_empty();
    view! {
        <Title text=say!(language, cart.title)/>
        <Meta name="description" content=say!(language, cart.description)/>
        <Meta name="robots" content=if is_empty { "noindex" } else { "all" }/>
        <section class="cart">
            <h1>{say!(language, cart.title)}</h1>
            {notice_line()}
            {gone_alert}
            {live_cart(cart)}
        </section>
    }
    .into_any()
}

/// An alert with the books that could not be ordered, as the address names them.
///
/// Anybody can make up an address, so only books in this cart are named.
fn gone_alert(cart: &CartView) -> Option<AnyView> {
    let gone = use_query_map().read_untracked().get("gone")?;
    let titles: Vec<&str> = cart
        .lines
        .iter()
        .filter(|line| !line.held && gone.split(',').any(|gone| gone == line.book.as_str()))
        .map(|line| line.title.as_str())
        .collect();
    (!titles.is_empty()).then(|| {
        let language = current_language();
        let titles = titles.join(say!(language, format.between_titles));
        alert(say!(language, cart.gone, titles = titles))
    })
}
