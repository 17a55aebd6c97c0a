//! How many copies are left, on a book's page and on the shelf.

use leptos::prelude::*;
use shop::{Language, Level};

use super::buy_state::BuyState;
use crate::{
    browser::{
        changing_text::{changing_html, changing_text, html_text},
        islands,
    },
    i18n::{around_slot, current_language, message_slot::NumberSlot, price},
    live::Live,
};

islands! {
    /// The price and the number of copies left, on the shelf.
    stock_note(Level) => note,
}

/// At this many copies or fewer, the count says that few are left.
const FEW: u32 = 5;

/// How the count is worded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    Many(u32),
    Few(u32),
    Last,
    /// No copies are available, and this shopper has some in the cart.
    Yours,
    /// No copies are available, and one is offered to this shopper.
    Offered,
    /// No copies are available, but other shoppers have some in their carts.
    InCarts,
    None,
    /// The book is no longer sold.
    Withdrawn,
}

impl Count {
    /// The wording for a level, and for this shopper's own copies if the page knows them.
    fn of(level: &Level, state: Option<BuyState>) -> Self {
        match level.available {
            _ if level.withdrawn => Self::Withdrawn,
            0 if state == Some(BuyState::InCart) => Self::Yours,
            0 if state == Some(BuyState::Offered) => Self::Offered,
            0 if level.in_carts => Self::InCarts,
            0 => Self::None,
            1 => Self::Last,
            few if few <= FEW => Self::Few(few),
            many => Self::Many(many),
        }
    }
}

impl Count {
    /// Whether nobody can buy a copy now.
    fn is_nothing(self) -> bool {
        matches!(self, Self::InCarts | Self::None | Self::Withdrawn)
    }
}

/// The count on a book's page: a sentence with a large numeral. A screen reader announces a change
/// as one sentence with the title, because its user may be anywhere on the page.
#[component]
pub(crate) fn StockCount(
    title: String,
    level: Signal<Level>,
    state: Memo<BuyState>,
) -> impl IntoView {
    let language = current_language();
    let count = Memo::new(move |_| Count::of(&level.read(), Some(state.get())));
    let turn = change_marker(count);
    let changed = turn.clone();
    // Empty until the first change, because the count itself is read as part of the page.
    let announced = move || match changed() {
        None => String::new(),
        Some(_) => {
            let words = sentence(language, count.get());
            html_text(say!(language, book.announced, title = title.clone(), words))
        }
    };
    view! {
        <p
            class="stock"
            class:sold-out=move || count.get().is_nothing()
            data-turn=turn
            inner_html=changing_html(move || in_large_type(language, count.get()))
        ></p>
        <p class="unseen" role="status" inner_html=changing_html(announced)></p>
    }
}

/// The count as HTML, with a large numeral or word.
fn in_large_type(language: Language, count: Count) -> String {
    match count {
        Count::Many(copies) => numeral(
            &say!(language, book.many, count = NumberSlot(copies)),
            copies,
        ),
        Count::Few(copies) => numeral(
            &say!(language, book.few, count = NumberSlot(copies)),
            copies,
        ),
        Count::InCarts => format!(
            "<strong class=\"stock-words stock-waiting\">{}</strong> <span>{}</span>",
            html_text(say!(language, book.in_carts)),
            html_text(say!(language, book.in_carts_more))
        ),
        other => format!(
            "<strong class=\"stock-words\">{}</strong>",
            html_text(sentence(language, other))
        ),
    }
}

/// A count as a plain sentence.
fn sentence(language: Language, count: Count) -> String {
    match count {
        Count::Many(copies) => say!(language, book.many, count = copies),
        Count::Few(copies) => say!(language, book.few, count = copies),
        Count::Last => say!(language, book.last).to_owned(),
        Count::Yours => say!(language, book.no_others).to_owned(),
        Count::Offered => say!(language, book.kept_for_you).to_owned(),
        Count::InCarts => say!(language, book.in_carts).to_owned(),
        Count::None | Count::Withdrawn => nothing_left(language, count).to_owned(),
    }
}

/// A message whose number is a large numeral, as HTML.
fn numeral(message: &str, copies: u32) -> String {
    let words = |words: Option<String>| {
        words.map_or_else(String::new, |words| {
            format!("<span>{}</span>", html_text(words))
        })
    };
    let (before, after) = around_slot(message);
    format!(
        "{}<strong class=\"stock-number\" translate=\"no\">{copies}</strong>{}",
        words(before),
        words(after)
    )
}

/// Why no copy is left.
fn nothing_left(language: Language, count: Count) -> &'static str {
    match count {
        Count::Withdrawn => say!(language, book.withdrawn),
        _ => say!(language, book.sold_out),
    }
}

/// The price and the count on the shelf, small.
fn note(level: Level) -> impl IntoView {
    let language = current_language();
    let level = expect_context::<Live>().follow(level);
    let count = Memo::new(move |_| Count::of(&level.read(), None));
    let turn = change_marker(count);
    view! {
        <span class="price" translate="no" inner_html=changing_text(move || price(language, level.read().price))></span>
        <span
            class="stock-note"
            class:sold-out=move || count.get().is_nothing()
            class:few=move || matches!(count.get(), Count::Few(_) | Count::Last)
            data-turn=turn
            inner_html=changing_text(move || match count.get() {
                // The shelf does not know the shopper's own copies.
                nothing @ (Count::None | Count::Withdrawn | Count::Yours | Count::Offered) => {
                    nothing_left(language, nothing).to_owned()
                }
                Count::InCarts => say!(language, book.all_in_carts).to_owned(),
                Count::Last => say!(language, book.last_short).to_owned(),
                Count::Few(copies) | Count::Many(copies) => say!(language, book.left, count = copies),
            })
        ></span>
    }
}

/// Alternates between `odd` and `even` with every change; `None` before the first.
///
/// The style sheet starts an animation when the value changes.
fn change_marker(count: Memo<Count>) -> impl Fn() -> Option<&'static str> + Clone {
    let turn = Memo::new(move |before: Option<&(Count, Option<&'static str>)>| {
        let now = count.get();
        match before {
            None => (now, None),
            Some((same, turn)) if *same == now => (now, *turn),
            Some((_, Some("odd"))) => (now, Some("even")),
            Some(_) => (now, Some("odd")),
        }
    });
    move || turn.get().1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wording_depends_on_the_level_and_the_own_copies() {
        let count = |available, in_carts, state| {
            let book = "drop".parse().unwrap();
            let level = Level {
                book,
                available,
                in_carts,
                price: shop::Price::from_cents(2_000),
                page: 1,
                withdrawn: false,
                version: 1,
            };
            Count::of(&level, state)
        };
        let sold_out = Some(BuyState::SoldOut);
        assert_eq!(count(10, true, Some(BuyState::Available)), Count::Many(10));
        assert_eq!(count(5, false, None), Count::Few(5));
        assert_eq!(count(1, false, Some(BuyState::InCart)), Count::Last);
        assert_eq!(count(0, true, None), Count::InCarts);
        assert_eq!(count(0, true, sold_out), Count::InCarts);
        assert_eq!(count(0, true, Some(BuyState::Waiting)), Count::InCarts);
        assert_eq!(count(0, true, Some(BuyState::InCart)), Count::Yours);
        assert_eq!(count(0, true, Some(BuyState::Offered)), Count::Offered);
        assert_eq!(count(0, false, sold_out), Count::None);
    }

    #[test]
    fn a_withdrawn_book_is_not_called_sold_out() {
        let level = Level {
            book: "drop".parse().unwrap(),
            available: 0,
            in_carts: true,
            price: shop::Price::from_cents(2_000),
            page: 1,
            version: 2,
            withdrawn: true,
        };
        assert_eq!(Count::of(&level, None), Count::Withdrawn);
        assert!(Count::Withdrawn.is_nothing());
    }

    #[test]
    fn the_marker_is_none_at_first_and_alternates_with_every_change() {
        let owner = Owner::new();
        owner.set();
        let shown = RwSignal::new(Count::Many(10));
        let turn = change_marker(Memo::new(move |_| shown.get()));
        assert_eq!(turn(), None);
        shown.set(Count::Many(9));
        assert_eq!(turn(), Some("odd"));
        shown.set(Count::Many(9));
        assert_eq!(turn(), Some("odd"));
        shown.set(Count::Last);
        assert_eq!(turn(), Some("even"));
    }
}
