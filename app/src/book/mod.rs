//! A book: its page, with the count and the button, and the server function that reads it.

mod action_answer;
mod buy_button;
mod buy_state;
pub(crate) mod buzz_line;
mod countdown;
#[cfg(feature = "ssr")]
pub(crate) mod cover;
#[cfg(feature = "ssr")]
mod facts;
#[cfg(feature = "ssr")]
pub(crate) mod field_words;
#[cfg(feature = "ssr")]
mod from_store;
pub(crate) mod island;
#[cfg(feature = "ssr")]
pub(crate) mod metadata;
#[cfg(feature = "ssr")]
pub(crate) mod page;
#[cfg(feature = "browser")]
#[path = "page_parts/in_browser.rs"]
mod page_parts;
#[cfg(not(feature = "browser"))]
#[path = "page_parts/on_server.rs"]
mod page_parts;
mod refusal;
pub(crate) mod stock_count;

use from_json::FromJson;
use leptos::{prelude::*, server_fn::codec::GetUrl};
use protocol::ShopError;
use serde::{Deserialize, Serialize};
use shop::{Book, Key, Level, Slug, Timestamp};

/// A book as a page shows it to one shopper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookView {
    /// The book's catalogue entry.
    pub book: Book,
    /// How many are left, as of the rendering.
    pub level: Level,
    /// Whether the book is withdrawn from sale.
    pub withdrawn: bool,
    /// When the sale opens or opened, if it opens at a set time.
    pub opens_at: Option<Timestamp>,
    /// When the sale opens, in words and in the shop's time zone, if it has not opened yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<String>,
    /// The book's own limit per shopper, if it has one.
    pub limit: Option<u32>,
    /// The limit per shopper that applies.
    pub most: u32,
    /// The time of rendering, by the shop's clock. Pages count down from it.
    pub now: Timestamp,
    /// Whether this shopper is on the waitlist.
    pub waiting: bool,
    /// Until when a copy is offered to this shopper, who was on the waitlist.
    pub offered_until: Option<Timestamp>,
    /// How many copies this shopper has in the cart, not counting an offer not yet accepted.
    pub in_cart: u32,
    /// The version of `@mine` at `now`.
    pub number: u64,
    /// The idempotency key of the next submission from this page.
    pub key: Key,
    /// The public URL of the shop; empty except on the book's own page.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shop_url: String,
    /// Whether the shop sends mail, so that the form asks for an address.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mails: bool,
}

/// The part of a [`BookView`] that changes while the page is open. Its JSON fields are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub(crate) struct BookState {
    pub(crate) level: Level,
    pub(crate) opens_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) opens: Option<String>,
    pub(crate) most: u32,
    pub(crate) now: Timestamp,
    pub(crate) waiting: bool,
    pub(crate) offered_until: Option<Timestamp>,
    pub(crate) in_cart: u32,
    pub(crate) number: u64,
}

/// Reads one book, as this shopper sees it.
///
/// # Errors
/// [`ShopError::NoSuchBook`], [`ShopError::Busy`].
#[server(endpoint = "book", input = GetUrl)]
pub async fn view_book(
    /// Which book.
    book: Slug,
) -> Result<BookView, ShopError> {
    use crate::server::{current_shopper, current_store, shop_error, shop_url};

    let (shopper, store) = (current_shopper()?, current_store());
    // Read the cart after the level, so that the cart is never older than the level's version.
    let on_shelf = store.book(&book).await.map_err(shop_error)?;
    let cart = store.cart(shopper).await.map_err(shop_error)?;
    Ok(BookView {
        shop_url: shop_url(),
        mails: store.outbox().is_some(),
        ..BookView::new(on_shelf, &cart)
    })
}
