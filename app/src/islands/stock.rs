//! How many copies are left, in words that fit.

use leptos::{either::Either, prelude::*};
use shop::Level;

use crate::live::Live;

/// The count on a book's page: a large numeral inside its sentence, announced
/// as a whole to those who listen.
#[component]
pub(super) fn StockCount(level: Signal<Level>) -> impl IntoView {
    let available = Memo::new(move |_| level.read().available);
    view! {
        <p class="stock" class:sold-out=move || available.get() == 0 aria-live="polite" aria-atomic="true">
            {move || match available.get() {
                0 => Either::Left(view! { <strong class="stock-none">"Sold out"</strong> }),
                left => Either::Right(view! {
                    <span>"Only "</span>
                    <strong class="stock-number">{left}</strong>
                    <span>" left in stock! Order now!"</span>
                }),
            }}
        </p>
    }
}

/// The count on the shelf, small.
pub(super) fn stock_note(level: Level) -> impl IntoView {
    let level = expect_context::<Live>().follow(level);
    let available = Memo::new(move |_| level.read().available);
    view! {
        <span class="stock-note" class:sold-out=move || available.get() == 0>
            {move || match available.get() {
                0 => "Sold out".to_owned(),
                left => format!("{left} left"),
            }}
        </span>
    }
}
