//! A book: its page, with the count and the button, and the server function that reads it.

mod answer;
mod buy;
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
    /// It is not sold any more.
    pub withdrawn: bool,
    /// When its sale opens, or has opened; at any time where there is nothing.
    pub opens_at: Option<Timestamp>,
    /// The most copies of it that one shopper may have, where it is not as many as of others.
    pub limit: Option<u32>,
    /// The most copies of it that one shopper may have.
    pub most: u32,
    /// The moment of the rendering, by the shop's clock: what pages count down by.
    pub now: Timestamp,
    /// Whether this shopper waits for a copy.
    pub waiting: bool,
    /// Until when a copy is offered to this shopper, who has waited for it.
    pub offered_until: Option<Timestamp>,
    /// How many copies this shopper has in the cart, without what is only offered.
    pub in_cart: u32,
    /// What `@mine` says when that is so: it grows with every change of the cart.
    pub number: u64,
    /// Names the next submission from this page.
    pub key: Key,
    /// What the world calls this shop, for the page of this one book.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shop_url: String,
    /// Whether this shop writes mail, so that an address is a way to tell somebody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mails: bool,
}

/// What changes of a book's page while it is open: a [`BookView`] without what the page says
/// once and for all, and read from the same JSON.
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
