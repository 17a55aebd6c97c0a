//! The shelf: the catalogue, page by page, and the server function that reads a page.

#[cfg(feature = "ssr")]
mod metadata;
#[cfg(feature = "ssr")]
pub(crate) mod page;

use leptos::{prelude::*, server_fn::codec::GetUrl};
use protocol::ShopError;
use serde::{Deserialize, Serialize};
use shop::Browse;

use crate::book::BookView;

/// A page of the catalogue as one shopper sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelfView {
    /// The search, as it was understood.
    pub wish: Browse,
    /// How many books there are on all pages.
    pub total: u32,
    /// The books on this page, at most [`Browse::PAGE_SIZE`].
    pub books: Vec<BookView>,
    /// The public URL of the shop.
    pub shop_url: String,
}

/// Reads a page of the catalogue. Invalid parameters are ignored.
///
/// # Errors
/// [`ShopError::Busy`].
#[server(endpoint = "shelf", input = GetUrl)]
pub async fn view_shelf(
    /// The search term.
    #[server(default)]
    q: String,
    /// The name of a [`shop::Sort`].
    #[server(default)]
    sort: String,
    /// `1` for only books in stock.
    #[server(default)]
    in_stock: String,
    /// The number of the page.
    #[server(default)]
    page: String,
) -> Result<ShelfView, ShopError> {
    use crate::{
        book::BookView,
        server::{current_shopper, current_store, shop_error, shop_url},
    };

    let (shopper, store) = (current_shopper()?, current_store());
    let wish = Browse::from_query(&q, &sort, &in_stock, &page);
    let cart = store.cart(shopper).await.map_err(shop_error)?;
    let found = store.browse(&wish).await.map_err(shop_error)?;
    let books = found.books.into_iter();
    Ok(ShelfView {
        books: books
            .map(|on_shelf| BookView::new(on_shelf, &cart))
            .collect(),
        total: found.total,
        wish,
        shop_url: shop_url(),
    })
}
