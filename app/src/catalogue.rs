//! What the pages show of the catalogue: the server functions that read.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};
use shop::{Book, Browse, Key, Level, Slug, Timestamp};

use crate::ShopError;

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
pub(crate) struct BookNow {
    pub(crate) level: Level,
    pub(crate) opens_at: Option<Timestamp>,
    pub(crate) most: u32,
    pub(crate) now: Timestamp,
    pub(crate) waiting: bool,
    pub(crate) offered_until: Option<Timestamp>,
    pub(crate) in_cart: u32,
    pub(crate) number: u64,
}

#[cfg(feature = "ssr")]
impl From<&BookView> for BookNow {
    fn from(view: &BookView) -> Self {
        Self {
            level: view.level.clone(),
            opens_at: view.opens_at,
            most: view.most,
            now: view.now,
            waiting: view.waiting,
            offered_until: view.offered_until,
            in_cart: view.in_cart,
            number: view.number,
        }
    }
}

/// A page of the catalogue as one shopper sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelfView {
    /// What was asked for, as it was understood.
    pub wish: Browse,
    /// How many books there are on all pages together.
    pub total: u32,
    /// Those on this page, at most [`Browse::PAGE`].
    pub books: Vec<BookView>,
    /// What the world calls this shop.
    pub shop_url: String,
}

/// A book as it is offered while somebody types: what `/api/search` answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Its name in its address.
    pub slug: Slug,
    /// The title.
    pub title: String,
    /// Who wrote it.
    pub author: String,
}

/// What `/api/search` answers with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestions {
    /// The best, at most [`Suggestions::MOST`].
    pub books: Vec<Suggestion>,
    /// How many there are altogether.
    pub total: u32,
}

impl Suggestions {
    /// As many as are offered at once.
    pub const MOST: usize = 8;
}

/// A page of the catalogue. What makes no sense in the wish is left out of it.
///
/// # Errors
/// [`ShopError::Busy`].
#[server(endpoint = "shelf", input = GetUrl)]
pub async fn view_shelf(
    /// What is looked for.
    #[server(default)]
    q: String,
    /// The word of a [`shop::Sort`].
    #[server(default)]
    sort: String,
    /// `1` for only what can be had at once.
    #[server(default)]
    in_stock: String,
    /// The number of a page.
    #[server(default)]
    page: String,
) -> Result<ShelfView, ShopError> {
    let (shopper, store) = (crate::ssr::current_shopper()?, crate::ssr::current_store());
    let wish = Browse::read(&q, &sort, &in_stock, &page);
    let cart = store.cart(shopper).await?;
    let found = store.browse(&wish).await?;
    let books = found.books.into_iter();
    Ok(ShelfView {
        books: books
            .map(|on_shelf| BookView::new(on_shelf, &cart))
            .collect(),
        total: found.total,
        wish,
        shop_url: crate::ssr::shop_url(),
    })
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
    let shop_url = crate::ssr::shop_url();
    Ok(BookView {
        shop_url,
        mails: store.outbox().is_some(),
        ..BookView::new(on_shelf, &cart)
    })
}
