//! `/cart`: what is held, for how long, and the way to an order.
//!
//! Plain forms, which work the same with and without script; script adds the
//! time that is left, going down by the shop's clock.

use std::time::Duration;

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use shop::Timestamp;

use crate::{
    cart::{self, CartView, ExtendHold, LineView, RemoveFromCart, SetQuantity},
    components::{Trouble, button, field, link, notice_line, post_form},
    orders::PlaceOrder,
};

/// With less time than this left, the page says so.
const SOON: Duration = Duration::from_secs(3 * 60);

/// The cart.
#[component]
pub(crate) fn CartPage() -> impl IntoView {
    let cart = Resource::new_blocking(|| (), |()| cart::view_cart());

    view! {
        <Title text="Your cart"/>
        <Suspense>
            {move || Suspend::new(async move {
                match cart.await {
                    Ok(view) => one_cart(view),
                    Err(error) => view! { <Trouble error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

fn one_cart(view: CartView) -> AnyView {
    let CartView {
        lines,
        total,
        now,
        order_key,
        ..
    } = view;
    let elapsed = seconds_since_shown();
    let content = if lines.is_empty() {
        view! { <p>"Nothing is in it. " {link("/".to_owned(), "To the shelf".to_owned())}</p> }
            .into_any()
    } else {
        let lines: Vec<AnyView> = lines
            .into_iter()
            .map(|line| one_line(line, now, elapsed))
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
    };
    view! { <section class="cart"><h1>"Your cart"</h1>{notice_line()}{content}</section> }
        .into_any()
}

fn one_line(line: LineView, now: Timestamp, elapsed: RwSignal<u64>) -> AnyView {
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
        let passed = now + Duration::from_secs(elapsed.get());
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
