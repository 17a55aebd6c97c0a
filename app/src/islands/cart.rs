//! What lives in the cart: its lines, and the way to an order.
//!
//! Plain forms, which work the same with and without script; script adds the
//! time that is left, going down by the shop's clock.

use std::time::Duration;

use leptos::{either::Either, html::Input, prelude::*, server_fn::ServerFn};
use shop::{Quantity, Slug, Timestamp};

use super::kept::keep_new;
use crate::{
    cart::{CartView, ExtendHold, LineView, RemoveFromCart, SetQuantity},
    components::{button, field, link, post_form},
    json::FromJson,
    orders::PlaceOrder,
    passing::{self, Moment},
    waits::{AcceptOffer, StopWaiting},
    wire::Topic,
};

/// With less time than this left, the page says so.
const SOON: Duration = Duration::from_secs(3 * 60);

/// Patterns for browsers, no stricter than [`shop::Contact`] is.
const SOMETHING: &str = r".*\S.*";
const REACHABLE: &str = r"\s*([^@\s]+@[^@\s]+\.[^@\s]+|\+?[\d .\/\(\)\-]{6,40})\s*";
const HOW_TO_REACH: &str = "As in ann@example.org or +44 20 7946 0000";

/// What is on the page stays what it is while the cart changes, with its focus and what
/// was typed into it: only what is other than before is touched.
pub(super) fn live_cart(cart: CartView) -> impl IntoView {
    let number = cart.number;
    let shown = RwSignal::new(cart);
    let kept = keep_new(Topic::Mine, number, "/api/cart".to_owned(), move |answer| {
        let cart = CartView::from_text(answer)?;
        let number = cart.number;
        shown.set(cart);
        Some(number)
    });
    // What it says of the time that is left is as old as its last reading.
    Effect::new(move |_| {
        let kept = kept.clone();
        passing::on_return(move || kept.clone().look_again());
    });

    let clock = Clock::new(shown);
    let is_empty = Memo::new(move |_| shown.read().lines.is_empty());
    move || {
        if is_empty.get() {
            let shelf = link("/".to_owned(), "To the shelf".to_owned());
            return Either::Left(view! { <p>"Nothing is in it. " {shelf}</p> });
        }
        Either::Right(full_cart(shown, clock))
    }
}

fn full_cart(shown: RwSignal<CartView>, clock: Clock) -> impl IntoView {
    // A line keeps its place, and one that is gone leaves its place empty.
    let places = Memo::new(move |before: Option<&Vec<Slug>>| {
        let mut places = before.cloned().unwrap_or_default();
        for line in &shown.read().lines {
            if !places.contains(&line.book) {
                places.push(line.book.clone());
            }
        }
        places
    });
    let lines = move || {
        let places = places.get().into_iter();
        let shown = places.map(|book| one_place(book, shown, clock));
        shown.collect::<Vec<_>>()
    };
    let total = move || shown.read().total.to_string();
    let form = move || {
        post_form(
            PlaceOrder::url(),
            // Names an order of this very cart.
            vec![("key", shown.read().order_key.to_string())],
            (
                field("Name", "name", SOMETHING, "The name of whoever collects it"),
                field("E-mail or telephone", "reach", REACHABLE, HOW_TO_REACH),
                button("Reserve", "button"),
            ),
        )
    };
    view! {
        <ul class="cart-lines">{lines}</ul>
        <p class="cart-total">"Together " <strong>{total}</strong></p>
        <div class="order-form">
            <h2>"Reserve for collection"</h2>
            {form}
        </div>
    }
}

/// A book's place in the cart, whether or not it is in it now.
fn one_place(book: Slug, shown: RwSignal<CartView>, clock: Clock) -> impl IntoView {
    let line = Memo::new(move |_| {
        let cart = shown.read();
        cart.lines.iter().find(|line| line.book == book).cloned()
    });
    let copies = NodeRef::<Input>::new();
    // What is typed stays, unless the number itself was changed elsewhere.
    Effect::new(move |before: Option<Option<Quantity>>| {
        let now = line.read().as_ref().map(|line| line.quantity);
        if let (Some(before), Some(now)) = (before.flatten(), now)
            && before != now
            && let Some(field) = copies.get_untracked()
        {
            field.set_value(&now.get().to_string());
        }
        now
    });
    move || line.get().map(|line| one_line(line, copies, clock))
}

fn one_line(line: LineView, copies: NodeRef<Input>, clock: Clock) -> impl IntoView {
    let LineView {
        book,
        title,
        quantity,
        price,
        price_now,
        expires_at,
        held,
        offered,
    } = line;
    let left = move || {
        if held {
            expires_at.since(clock.now())
        } else {
            Duration::ZERO
        }
    };
    let changed = price_now.map(|price| format!(" (now {price}; yours stays as it was)"));
    let about = || vec![("book", book.to_string())];
    let quiet = "button button-small button-quiet";
    let forms = if offered {
        Either::Left((
            post_form(
                AcceptOffer::url(),
                about(),
                button("Take it", "button button-small"),
            ),
            post_form(
                StopWaiting::url(),
                about(),
                button("Leave it to the next", quiet),
            ),
        ))
    } else {
        Either::Right((
            post_form(
                SetQuantity::url(),
                about(),
                (
                    view! {
                        <label>
                            "Copies "
                            <input
                                node_ref=copies
                                type="number"
                                name="quantity"
                                value=quantity.get().to_string()
                                required=true
                            />
                        </label>
                    },
                    button("Change", "button button-small"),
                ),
            ),
            post_form(ExtendHold::url(), about(), button("Hold it longer", quiet)),
            post_form(RemoveFromCart::url(), about(), button("Remove", quiet)),
        ))
    };
    view! {
        <li class="cart-line">
            <h2>{link(format!("/books/{book}"), title)}</h2>
            <p class="price">{format!("{quantity} × {price}{}", changed.unwrap_or_default())}</p>
            <p class="cart-time" class:soon=move || left() < SOON aria-live="polite">
                {move || if offered { time_to_take(left()) } else { time_left(left()) }}
            </p>
            <div class="cart-actions">{forms}</div>
        </li>
    }
}

/// What is offered to whoever has waited for it is nobody's until it is taken.
fn time_to_take(left: Duration) -> String {
    match left.as_secs() {
        0 => "It was offered to you, and is the next one’s now.".to_owned(),
        1..60 => "You have waited for it. It is yours for less than a minute: take it.".to_owned(),
        more => format!(
            "You have waited for it. It is yours for {} minutes: take it.",
            more / 60 + 1
        ),
    }
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

/// The shop's clock, as far as the page can tell: the moment of the last reading, and
/// what has passed here since. On the server it stands still.
#[derive(Clone, Copy)]
struct Clock {
    read: Memo<(Timestamp, Moment)>,
    /// That time has passed. How much, no tick can say: a tab that nobody sees is given
    /// few of them, and a machine that sleeps none.
    tick: Trigger,
}

impl Clock {
    fn new(shown: RwSignal<CartView>) -> Self {
        let tick = Trigger::new();
        let read = Memo::new(move |_| {
            let told = shown.read().now;
            (told, passing::now())
        });
        Effect::new(move |_| {
            let every = Duration::from_secs(1);
            if let Ok(ticking) = set_interval_with_handle(move || tick.notify(), every) {
                on_cleanup(move || ticking.clear());
            }
        });
        Self { read, tick }
    }

    fn now(self) -> Timestamp {
        self.tick.track();
        let (told, then) = self.read.get();
        told + passing::now().since(then)
    }
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
