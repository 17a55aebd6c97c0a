//! `/cart`: what is held, for how long, and the way to an order.
//!
//! Plain forms, which work the same with and without script; script adds the
//! time that is left, going down by the shop's clock.

use std::time::Duration;

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use shop::{Slug, Timestamp};

use super::view::{View, page};
use crate::{
    cart::{self, CartView, ExtendHold, LineView, RemoveFromCart, SetQuantity},
    components::{button, field, link, notice_line, post_form},
    orders::PlaceOrder,
};

/// With less time than this left, the page says so.
const SOON: Duration = Duration::from_secs(3 * 60);

/// The cart.
#[component]
pub(crate) fn CartPage() -> impl IntoView {
    page(
        String::new,
        |_| Box::pin(async { cart::view_cart().await.map(View::Cart) }),
        shown_cart,
    )
}

fn shown_cart(shown: RwSignal<View>) -> AnyView {
    let elapsed = seconds_since_shown();
    // A line keeps its place, and a line that is gone leaves its place empty: so what
    // stays on the page stays what it is, with its focus and what was typed into it.
    let places = Memo::new(move |before: Option<&Vec<Slug>>| {
        let mut places = before.cloned().unwrap_or_default();
        if let View::Cart(view) = &*shown.read() {
            let books = view.lines.iter().map(|line| &line.book);
            let new: Vec<Slug> = books
                .filter(|book| !places.contains(book))
                .cloned()
                .collect();
            places.extend(new);
        }
        places
    });
    let content = move || one_cart(shown.get(), &places.read(), elapsed);
    view! {
        <Title text="Your cart"/>
        <section class="cart"><h1>"Your cart"</h1>{notice_line()}{content}</section>
    }
    .into_any()
}

fn one_cart(view: View, places: &[Slug], elapsed: RwSignal<u64>) -> AnyView {
    let View::Cart(view) = view else {
        return ().into_any();
    };
    let CartView {
        lines,
        total,
        now,
        order_key,
        ..
    } = view;
    if lines.is_empty() {
        return view! { <p>"Nothing is in it. " {link("/".to_owned(), "To the shelf".to_owned())}</p> }
            .into_any();
    }
    // The shop's clock when this page was shown.
    let started = now - Duration::from_secs(elapsed.get_untracked());
    let lines: Vec<Option<AnyView>> = places
        .iter()
        .map(|book| {
            let line = lines.iter().find(|line| line.book == *book)?;
            Some(one_line(line.clone(), started, elapsed))
        })
        .collect();
    view! {
        <ul class="cart-lines">{lines}</ul>
        <p class="cart-total">"Together " <strong>{total.to_string()}</strong></p>
        <div class="order-form">
            <h2>"Reserve for collection"</h2>
            {post_form(
                PlaceOrder::url(),
                vec![("key", order_key.to_string())],
                vec![
                    field("Name", "name", "text", String::new()),
                    field("E-mail or telephone", "reach", "text", String::new()),
                    button("Reserve", "button"),
                ],
            )}
        </div>
    }
    .into_any()
}

fn one_line(line: LineView, started: Timestamp, elapsed: RwSignal<u64>) -> AnyView {
    let LineView {
        book,
        title,
        quantity,
        price,
        price_now,
        expires_at,
        held,
    } = line;
    let left = move || {
        let passed = started + Duration::from_secs(elapsed.get());
        if held {
            expires_at.since(passed)
        } else {
            Duration::ZERO
        }
    };
    let changed = price_now.map(|price| format!(" (now {price}; yours stays as it was)"));
    let about = || vec![("book", book.to_string())];
    let quiet = "button button-small button-quiet";
    let forms = vec![
        post_form(
            SetQuantity::url(),
            about(),
            vec![
                field("Copies", "quantity", "number", quantity.get().to_string()),
                button("Change", "button button-small"),
            ],
        ),
        post_form(
            ExtendHold::url(),
            about(),
            vec![button("Hold it longer", quiet)],
        ),
        post_form(
            RemoveFromCart::url(),
            about(),
            vec![button("Remove", quiet)],
        ),
    ];
    view! {
        <li class="cart-line">
            <h2>{link(format!("/books/{book}"), title)}</h2>
            <p class="price">{format!("{quantity} × {price}{}", changed.unwrap_or_default())}</p>
            <p class="cart-time" class:soon=move || left() < SOON aria-live="polite">
                {move || time_left(left())}
            </p>
            <div class="cart-actions">{forms}</div>
        </li>
    }
    .into_any()
}

/// Whole minutes while there are some: a number that changes every second is
/// noise, to ears most of all.
fn time_left(left: Duration) -> String {
    match left.as_secs() {
        0 => "Its time ran out. An order takes it again if a copy is left.".to_owned(),
        1..60 => "Held for less than a minute: order it, or hold it longer.".to_owned(),
        60..180 => format!(
            "Held for {} more minutes: order it, or hold it longer.",
            left.as_secs() / 60 + 1
        ),
        more => format!("Held for {} more minutes.", more / 60),
    }
}

/// Seconds since this page was shown. It stays at nothing on the server.
fn seconds_since_shown() -> RwSignal<u64> {
    let seconds = RwSignal::new(0);
    Effect::new(move |_| {
        let every = Duration::from_secs(1);
        if let Ok(ticking) =
            set_interval_with_handle(move || seconds.update(|count| *count += 1), every)
        {
            on_cleanup(move || ticking.clear());
        }
    });
    seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_told_in_minutes_and_warns_before_the_end() {
        assert_eq!(
            time_left(Duration::from_secs(15 * 60)),
            "Held for 15 more minutes."
        );
        assert!(time_left(SOON - Duration::from_secs(1)).contains("order it"));
        assert!(time_left(Duration::from_secs(59)).contains("less than a minute"));
        assert!(time_left(Duration::ZERO).contains("ran out"));
    }
}
