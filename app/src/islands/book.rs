//! What lives on a book's page: the count, and the button.

use leptos::prelude::*;
use shop::Key;

use super::{
    buy::{Buy, InCart},
    kept::keep_new,
    stock::StockCount,
};
use crate::{asking::Refused, catalogue::BookNow, live::Live, wire::Topic};

/// How many copies are left, and in this shopper's cart, whichever tab has changed it.
#[island]
pub(crate) fn LiveBook(
    now: BookNow,
    /// Names the first submission from here.
    key: Key,
    /// What the address says of a form that was sent without script.
    notice: Option<Refused>,
) -> impl IntoView {
    let book = now.level.book.clone();
    let (version, address) = (now.level.version, format!("/api/book?book={book}"));
    let level = expect_context::<Live>().follow(now.level);
    // The latest truth: what the button's answer said, or another tab's did to the cart.
    let copies = InCart::new(now.in_cart, version, level);
    keep_new(Topic::Mine, now.number, address, move |answer| {
        let now: BookNow = serde_json::from_str(answer).ok()?;
        copies.hear(now.in_cart, now.level.version);
        Some(now.number)
    });
    view! {
        <StockCount level/>
        <Buy book level copies key notice/>
    }
}
