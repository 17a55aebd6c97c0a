//! What the pages show of the catalogue: the server functions that read.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use shop::{Book, Level, Slug};

use crate::ShopError;

/// A book as a page shows it to one shopper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookView {
    /// What is sold.
    pub book: Book,
    /// How many are left, as of the rendering.
    pub level: Level,
    /// Whether this shopper has a copy in the cart.
    pub in_cart: bool,
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
        .map(|on_shelf| BookView {
            in_cart: cart.contains(&on_shelf.book.slug),
            book: on_shelf.book,
            level: on_shelf.level,
        })
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
    let in_cart = store.cart(shopper).await?.contains(&book);
    let on_shelf = store.book(&book).await?;
    Ok(BookView {
        book: on_shelf.book,
        level: on_shelf.level,
        in_cart,
    })
}
