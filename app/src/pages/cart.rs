//! `/cart`: what is held, for how long, and the way to an order.
//!
//! Plain forms, which work the same with and without script; script adds the
//! time that is left, going down by the shop's clock.

use std::time::Duration;

use leptos::{html::Input, prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use shop::{Quantity, Slug, Timestamp};

use super::view::{View, page};
use crate::{
    cart::{self, CartView, ExtendHold, LineView, RemoveFromCart, SetQuantity},
    components::{alert, button, field, link, notice_line, post_form},
    orders::PlaceOrder,
    passing::{self, Moment},
};

/// With less time than this left, the page says so.
const SOON: Duration = Duration::from_secs(3 * 60);

/// Patterns for browsers, no stricter than [`shop::Contact`] is.
const SOMETHING: &str = r".*\S.*";
const REACHABLE: &str = r"\s*([^@\s]+@[^@\s]+\.[^@\s]+|\+?[\d .\/\(\)\-]{6,40})\s*";
const HOW_TO_REACH: &str = "As in ann@example.org or +44 20 7946 0000";

/// The cart.
#[component]
pub(crate) fn CartPage() -> impl IntoView {
    page(
        String::new,
        |_| Box::pin(async { cart::view_cart().await.map(View::Cart) }),
        shown_cart,
    )
}

/// What is on the page stays what it is while the cart changes, with its focus and what
/// was typed into it: only what is other than before is touched.
fn shown_cart(shown: RwSignal<View>) -> AnyView {
    let clock = Clock::new(shown);
    let is_empty = Memo::new(move |_| with_cart(shown, |cart| cart.lines.is_empty()));
    let content = move || {
        if is_empty.get() != Some(false) {
            let shelf = link("/".to_owned(), "To the shelf".to_owned());
            return view! { <p>"Nothing is in it. " {shelf}</p> }.into_any();
        }
        full_cart(shown, clock)
    };
    view! {
        <Title text="Your cart"/>
        <section class="cart"><h1>"Your cart"</h1>{notice_line()}{gone_line(shown)}{content}</section>
    }
    .into_any()
}

/// Which books of this very cart an order could not have, after a form that said so.
fn gone_line(shown: RwSignal<View>) -> Option<AnyView> {
    let gone = use_query_map().read_untracked().get("gone")?;
    let View::Cart(cart) = &*shown.read_untracked() else {
        return None;
    };
    let titles: Vec<&str> = cart
        .lines
        .iter()
        .filter(|line| !line.held && gone.split(',').any(|gone| gone == line.book.as_str()))
        .map(|line| line.title.as_str())
        .collect();
    (!titles.is_empty()).then(|| alert(format!("Gone: {}", titles.join(", "))))
}

fn full_cart(shown: RwSignal<View>, clock: Clock) -> AnyView {
    // A line keeps its place, and one that is gone leaves its place empty.
    let places = Memo::new(move |before: Option<&Vec<Slug>>| {
        let mut places = before.cloned().unwrap_or_default();
        with_cart(shown, |cart| {
            for line in &cart.lines {
                if !places.contains(&line.book) {
                    places.push(line.book.clone());
                }
            }
        });
        places
    });
    let lines = move || -> Vec<AnyView> {
        let places = places.get().into_iter();
        places.map(|book| one_place(book, shown, clock)).collect()
    };
    let total = move || with_cart(shown, |cart| cart.total.to_string());
    let form = move || {
        post_form(
            PlaceOrder::url(),
            // Names an order of this very cart.
            vec![(
                "key",
                with_cart(shown, |cart| cart.order_key.to_string()).unwrap_or_default(),
            )],
            vec![
                field("Name", "name", SOMETHING, "The name of whoever collects it"),
                field("E-mail or telephone", "reach", REACHABLE, HOW_TO_REACH),
                button("Reserve", "button"),
            ],
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
    .into_any()
}

fn with_cart<T>(shown: RwSignal<View>, read: impl FnOnce(&CartView) -> T) -> Option<T> {
    match &*shown.read() {
        View::Cart(cart) => Some(read(cart)),
        _ => None,
    }
}

/// A book's place in the cart, whether or not it is in it now.
fn one_place(book: Slug, shown: RwSignal<View>, clock: Clock) -> AnyView {
    let line = Memo::new(move |_| {
        let of_this_book =
            |cart: &CartView| cart.lines.iter().find(|line| line.book == book).cloned();
        with_cart(shown, of_this_book).flatten()
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
    (move || line.get().map(|line| one_line(line, copies, clock))).into_any()
}

fn one_line(line: LineView, copies: NodeRef<Input>, clock: Clock) -> AnyView {
    let LineView {
        book,
        title,
        quantity,
        price,
        price_now,
        expires_at,
        held,
        ..
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
    let forms = vec![
        post_form(
            SetQuantity::url(),
            about(),
            vec![
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
                }
                .into_any(),
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
    fn new(shown: RwSignal<View>) -> Self {
        let tick = Trigger::new();
        let read = Memo::new(move |_| {
            let told = with_cart(shown, |cart| cart.now);
            (told.unwrap_or_default(), passing::now())
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
