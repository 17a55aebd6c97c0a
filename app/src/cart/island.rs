//! The island of the cart: its lines, their forms, and the time left. The forms work the same
//! without script.

use std::time::Duration;

use from_json::FromJson;
use leptos::{either::Either, prelude::*};
use protocol::Topic;
use serde::Serialize;
use shop::Slug;

use super::{
    CartView, cart_news::cart_news, forms, line::line_at, order_form::order_form,
    refusal::CartRefusal,
};
use crate::{
    browser::{
        changing_text::changing_text, effect::effect, islands, page, refused::Refused,
        sender::Sender, shop_clock::ShopClock,
    },
    i18n::{current_language, price as in_words},
    layout::form::link,
    live::refetch::refetch_on_change,
};

/// The props of the island.
#[derive(Debug, Clone, Serialize, FromJson)]
pub(crate) struct CartProps {
    pub(crate) cart: CartView,
    /// The error that the page's address names, after a form was sent without JavaScript.
    pub(crate) notice: Option<Refused>,
}

islands! {
    /// The lines of the cart, and the form that places an order.
    live_cart(CartProps) => view,
}

/// The cart. A change replaces only the elements that differ, so that the focus and typed text
/// stay.
fn view(CartProps { cart, notice }: CartProps) -> impl IntoView {
    let (language, number) = (current_language(), cart.number);
    let refusal = RwSignal::new(notice.map(|refused| CartRefusal::in_address(refused, &cart)));
    let shown = RwSignal::new(cart);
    // Of the cart's forms, only the order form has a key.
    let sender = Sender::keeping("order");
    let refetch = refetch_on_change(Topic::Mine, number, "/api/cart".to_owned(), move |answer| {
        let mut cart = CartView::from_text(answer)?;
        if untrack(|| sender.is_pending() || sender.is_unanswered()) {
            // The order may have been placed: under another key it would be placed again.
            cart.order_key = shown.read_untracked().order_key.clone();
        }
        let number = cart.number;
        refusal.update(|refusal| *refusal = refusal.take().and_then(|said| said.after(&cart)));
        shown.set(cart);
        Some(number)
    });
    // The page's clock was set at the last read, so read again when the shopper returns.
    let again = refetch.clone();
    effect(move || {
        let again = again.clone();
        page::on_return(move || again.clone().refetch());
    });

    let is_empty = Memo::new(move |_| shown.read().lines.is_empty());
    let clock = ShopClock::new(move || shown.read().now, move || !is_empty.get());
    let news = cart_news(shown, clock);
    // Notified when the cart must be read again.
    let outdated = Trigger::new();
    let (again, mut is_first) = (refetch.clone(), true);
    effect(move || {
        outdated.track();
        if !std::mem::take(&mut is_first) {
            // A random wait, so that not all carts read at once when a popular book changes.
            let (again, wait) = (
                again.clone(),
                Duration::from_secs(2).mul_f64(page::chance()),
            );
            set_timeout(move || again.refetch(), wait);
        }
    });
    let lines = move || {
        if is_empty.get() {
            let shelf = link("/".to_owned(), say!(language, cart.to_shelf).to_owned());
            return Either::Left(view! { <p>{say!(language, cart.empty)} " " {shelf}</p> });
        }
        Either::Right(full_cart(shown, outdated, clock))
    };
    let content = view! {
        <p class="unseen" role="status" inner_html=changing_text(move || news.get())></p>
        {lines}
    };
    forms::submit_by_script(shown, refusal, sender, refetch, content)
}

fn full_cart(shown: RwSignal<CartView>, outdated: Trigger, clock: ShopClock) -> impl IntoView {
    let language = current_language();
    // A line keeps its position. A removed line leaves its position empty until a book is added.
    let places = Memo::new(move |before: Option<&Vec<Slug>>| {
        let cart = shown.read();
        let known = before.map_or(&[][..], Vec::as_slice);
        match cart.lines.iter().all(|line| known.contains(&line.book)) {
            true => known.to_vec(),
            false => cart.lines.iter().map(|line| line.book.clone()).collect(),
        }
    });
    let lines = move || {
        let places = places.get().into_iter();
        let shown = places.map(|book| line_at(book, shown, outdated, clock));
        shown.collect::<Vec<_>>()
    };
    let total = move || in_words(language, shown.read().total);
    let nothing = move || !shown.read().lines.iter().any(|line| line.orderable);
    let why_nothing = move || {
        let offered = shown.read().lines.iter().any(|line| line.offered);
        match (nothing(), offered) {
            (false, _) => "",
            (true, true) => say!(language, cart.only_offers),
            (true, false) => say!(language, cart.nothing_left),
        }
    };
    view! {
        <ul class="cart-lines">{lines}</ul>
        <p class="cart-total">
            {say!(language, cart.total)} " "
            <strong translate="no" inner_html=changing_text(total)></strong>
        </p>
        <p inner_html=changing_text(why_nothing)></p>
        <div class="order-form" hidden=nothing>
            <h2>{say!(language, cart.reserve_heading)}</h2>
            {order_form(shown)}
        </div>
    }
}
