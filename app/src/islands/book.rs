//! What lives on a book's page: the count, and the button.

use leptos::prelude::*;
use serde::Serialize;
use shop::Key;

use super::{
    buy::{Buy, InCart},
    kept::keep_new,
    stock::StockCount,
};
use crate::{
    asking::Refused,
    catalogue::BookNow,
    json::{FromJson, Json},
    live::Live,
    wire::Topic,
};

/// What the page of a book starts from.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct BookStart {
    pub(crate) now: BookNow,
    /// Names the first submission from here.
    pub(crate) key: Key,
    /// What the address says of a form that was sent without script.
    pub(crate) notice: Option<Refused>,
}

impl FromJson for BookStart {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            now: BookNow::from_json(&json.get("now"))?,
            key: json.get("key").parsed()?,
            notice: Option::from_json(&json.get("notice"))?,
        })
    }
}

/// How many copies are left, and in this shopper's cart, whichever tab has changed it.
pub(super) fn live_book(start: BookStart) -> impl IntoView {
    let BookStart { now, key, notice } = start;
    let book = now.level.book.clone();
    let (version, address) = (now.level.version, format!("/api/book?book={book}"));
    let level = expect_context::<Live>().follow(now.level);
    // The latest truth: what the button's answer said, or another tab's did to the cart.
    let copies = InCart::new(now.in_cart, version, level);
    keep_new(Topic::Mine, now.number, address, move |answer| {
        let now = BookNow::from_text(answer)?;
        copies.hear(now.in_cart, now.level.version);
        Some(now.number)
    });
    view! {
        <StockCount level/>
        <Buy book level copies key notice/>
    }
}
