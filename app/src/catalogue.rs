//! What the pages show of the catalogue: the server functions that read.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use shop::{Book, Key, Level, Slug, Timestamp};

use crate::ShopError;

/// A book as a page shows it to one shopper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookView {
    /// What is sold.
    pub book: Book,
    /// How many are left, as of the rendering.
    pub level: Level,
    /// When its sale opens, or has opened; at any time where there is nothing.
    pub opens_at: Option<Timestamp>,
    /// The most copies of it that one shopper may have, where it is not as many as of others.
    pub limit: Option<u32>,
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
}

/// Every book on the shelf, in the catalogue's order.
///
/// # Errors
/// [`ShopError::Busy`].
#[server(endpoint = "shelf", input = GetUrl)]
pub async fn view_shelf() -> Result<Vec<BookView>, ShopError> {
    let (shopper, store) = (crate::ssr::current_shopper()?, crate::ssr::current_store());
    let cart = store.cart(shopper).await?;
    let shelf = store.shelf().await?;
    Ok(shelf
        .into_iter()
        .map(|on_shelf| BookView::new(on_shelf, &cart))
        .collect())
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
    let (shopper, store) = (crate::ssr::current_shopper()?, crate::ssr::current_store());
    // The cart after the level: it is never older than the version that it comes with.
    let on_shelf = store.book(&book).await?;
    let cart = store.cart(shopper).await?;
    Ok(BookView::new(on_shelf, &cart))
}
