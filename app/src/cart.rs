//! Putting a copy into the cart and taking it out: the server functions.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shop::{Level, Slug};

use crate::ShopError;

/// What has become of a cart's line, with the level that page may show at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    /// Whether a copy is in the cart now.
    pub in_cart: bool,
    /// How many are left now.
    pub level: Level,
}

/// Puts a copy of a book into this shopper's cart. Having it there already is fine.
///
/// # Errors
/// [`ShopError::SoldOut`] when none is available, [`ShopError::NoSuchBook`],
/// [`ShopError::Busy`].
#[server(endpoint = "add_to_cart")]
pub async fn add_to_cart(
    /// Which book.
    book: Slug,
) -> Result<CartLine, ShopError> {
    let (shopper, store) = (crate::ssr::current_shopper()?, crate::ssr::current_store());
    let held = store.hold(shopper, book).await?;
    Ok(CartLine {
        in_cart: true,
        level: held.level,
    })
}

/// Takes the copy out of this shopper's cart. Removing what is not there is fine.
///
/// # Errors
/// [`ShopError::NoSuchBook`], [`ShopError::Busy`].
#[server(endpoint = "remove_from_cart")]
pub async fn remove_from_cart(
    /// Which book.
    book: Slug,
) -> Result<CartLine, ShopError> {
    let (shopper, store) = (crate::ssr::current_shopper()?, crate::ssr::current_store());
    let released = store.release(shopper, book).await?;
    Ok(CartLine {
        in_cart: false,
        level: released.level,
    })
}
