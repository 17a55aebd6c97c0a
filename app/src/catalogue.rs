//! What the pages show of the catalogue: the server functions that read.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use shop::{Book, Key, Level, Slug};

use crate::ShopError;

/// A book as a page shows it to one shopper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookView {
    /// What is sold.
    pub book: Book,
    /// How many are left, as of the rendering.
    pub level: Level,
    /// How many copies this shopper has in the cart.
    pub in_cart: u32,
    /// What `@mine` says when that is so: it grows with every change of the cart.
    pub number: u64,
    /// Names the next submission from this page.
    pub key: Key,
}

/// What changes of a book's page while it is open: a [`BookView`] without what the page says
/// once and for all, and read from the same JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BookNow {
    pub(crate) level: Level,
    pub(crate) in_cart: u32,
    pub(crate) number: u64,
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
