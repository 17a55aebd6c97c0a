//! A book: its page, with the count and the button, and the server function that reads it.

mod action_answer;
mod buy_button;
mod buy_state;
mod countdown;
#[cfg(feature = "ssr")]
pub(crate) mod cover;
mod decode;
#[cfg(feature = "ssr")]
mod from_store;
pub(crate) mod island;
#[cfg(feature = "ssr")]
mod metadata;
#[cfg(feature = "ssr")]
pub(crate) mod page;
pub(crate) mod stock_count;

use leptos::{prelude::*, server_fn::codec::GetUrl};
use protocol::ShopError;
use serde::{Deserialize, Serialize};
use shop::{Book, Key, Level, Slug, Timestamp};

/// A book as a page shows it to one shopper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookView {
    /// What is sold.
    pub book: Book,
    /// How many are left, as of the rendering.
    pub level: Level,
    /// Whether it is no longer sold.
    pub withdrawn: bool,
    /// When its sale opens or opened, if it has an opening.
    pub opens_at: Option<Timestamp>,
    /// A limit per shopper of its own.
    pub limit: Option<u32>,
    /// The limit per shopper that applies.
    pub most: u32,
    /// The moment of the rendering, by the shop's clock, from which pages count down.
    pub now: Timestamp,
    /// Whether this shopper is on the waitlist.
    pub waiting: bool,
    /// Until when a copy is kept for this shopper, who was on the waitlist.
    pub offered_until: Option<Timestamp>,
    /// How many copies this shopper has in the cart, without what is only offered.
    pub in_cart: u32,
    /// The version of `@mine` at that moment.
    pub number: u64,
    /// Names the next submission from this page.
    pub key: Key,
    /// The public URL of the shop, on the page of one book.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shop_url: String,
    /// Whether the shop sends mail, so that the form asks for an address.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mails: bool,
}

/// The part of a [`BookView`] that changes while the page is open, read from the same JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BookState {
    pub(crate) level: Level,
    pub(crate) opens_at: Option<Timestamp>,
    pub(crate) most: u32,
    pub(crate) now: Timestamp,
    pub(crate) waiting: bool,
    pub(crate) offered_until: Option<Timestamp>,
    pub(crate) in_cart: u32,
    pub(crate) number: u64,
}

/// One book.
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
    // The cart after the level: it is never older than the version that it comes with.
    let on_shelf = store.book(&book).await.map_err(shop_error)?;
    let cart = store.cart(shopper).await.map_err(shop_error)?;
    Ok(BookView {
        shop_url: shop_url(),
        mails: store.outbox().is_some(),
        ..BookView::new(on_shelf, &cart)
    })
}
