//! How many copies are left, on a book's page and on the shelf.

use leptos::{either::EitherOf4, prelude::*};
use shop::Level;

use super::buy_state::OwnCopiesSignal;
use crate::{
    browser::islands,
    i18n::{NumberSlot, around_slot, current_language},
    live::Live,
};

islands! {
    /// The number of copies left, on the shelf.
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
    /// None, but other shoppers have some in their carts.
    InCarts,
    None,
}

impl Count {
    /// The wording for a level. `mine` is the number of copies in this shopper's own cart.
    fn of(level: &Level, mine: u32) -> Self {
        match level.available {
            0 if level.in_carts && mine == 0 => Self::InCarts,
            0 => Self::None,
            1 => Self::Last,
            few if few <= FEW => Self::Few(few),
            many => Self::Many(many),
        }
    }
}

/// The count on a book's page: a sentence with a large numeral, which a screen reader reads out as
/// a whole.
#[component]
pub(crate) fn StockCount(level: Signal<Level>, mine: OwnCopiesSignal) -> impl IntoView {
    let language = current_language();
    let count = Memo::new(move |_| Count::of(&level.read(), mine.get().in_cart));
    let turn = change_marker(count);
    view! {
        <p
            class="stock"
            class:sold-out=move || matches!(count.get(), Count::None | Count::InCarts)
            data-turn=turn
            aria-live="polite"
            aria-atomic="true"
        >
            {move || match count.get() {
                Count::Many(copies) => EitherOf4::A(
                    numeral(say!(language, book.many, count = NumberSlot(copies)), copies),
                ),
                Count::Few(copies) => EitherOf4::A(
                    numeral(say!(language, book.few, count = NumberSlot(copies)), copies),
                ),
                Count::Last => EitherOf4::B(view! { <strong class="stock-words">{say!(language, book.last)}</strong> }),
                Count::InCarts => EitherOf4::C(view! {
                    <strong class="stock-words stock-waiting">{say!(language, book.in_carts)}</strong>
                    " "
                    <span>{say!(language, book.in_carts_more)}</span>
                }),
                Count::None => EitherOf4::D(view! { <strong class="stock-words">{say!(language, book.sold_out)}</strong> }),
            }}
        </p>
    }
}

/// A message whose number is a large numeral.
fn numeral(message: String, copies: u32) -> impl IntoView {
    let words = |words: String| view! { <span>{words}</span> };
    let (before, after) = around_slot(&message);
    view! {
        {before.map(words)}
        <strong class="stock-number">{copies}</strong>
        {after.map(words)}
    }
}

/// The count on the shelf, small.
fn note(level: Level) -> impl IntoView {
    let language = current_language();
    let level = expect_context::<Live>().follow(level);
    let count = Memo::new(move |_| Count::of(&level.read(), 0));
    let turn = change_marker(count);
    view! {
        <span
            class="stock-note"
            class:sold-out=move || matches!(count.get(), Count::None | Count::InCarts)
            class:few=move || matches!(count.get(), Count::Few(_) | Count::Last)
            data-turn=turn
        >
            {move || match count.get() {
                Count::None => say!(language, book.sold_out).to_owned(),
                Count::InCarts => say!(language, book.all_in_carts).to_owned(),
                Count::Last => say!(language, book.last_short).to_owned(),
                Count::Few(copies) | Count::Many(copies) => say!(language, book.left, count = copies),
            }}
        </span>
    }
}

/// `odd` and `even` in turn, a different one with every change; `None` before the first.
///
/// The style sheet starts an animation when the value changes.
fn change_marker(count: Memo<Count>) -> impl Fn() -> Option<&'static str> {
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
        let count = |available, in_carts, mine| {
            let book = "drop".parse().unwrap();
            let level = Level {
                book,
                available,
                in_carts,
                version: 1,
            };
            Count::of(&level, mine)
        };
        assert_eq!(count(10, true, 0), Count::Many(10));
        assert_eq!(count(5, false, 0), Count::Few(5));
        assert_eq!(count(1, false, 0), Count::Last);
        assert_eq!(count(0, true, 0), Count::InCarts);
        assert_eq!(count(0, true, 1), Count::None, "nobody waits for their own");
        assert_eq!(count(0, false, 0), Count::None);
    }

    #[test]
    fn the_marker_changes_with_every_change_and_not_at_first() {
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
