//! The cart: what is in it, and the server functions that change it.

mod cart_news;
mod forms;
#[cfg(feature = "ssr")]
mod from_store;
pub(crate) mod island;
mod line;
mod order_form;
#[cfg(feature = "ssr")]
pub(crate) mod page;
mod refusal;

use from_json::FromJson;
use leptos::{prelude::*, server_fn::codec::GetUrl};
use protocol::{LineAnswer, ShopError};
use serde::{Deserialize, Serialize};
use shop::{Key, Level, Price, Quantity, Slug, Timestamp};

/// The cart, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct CartView {
    /// Its lines, the oldest first.
    pub lines: Vec<LineView>,
    /// The sum of the lines that an order would include.
    pub total: Price,
    /// The time of rendering, by the shop's clock.
    pub now: Timestamp,
    /// The version of `@mine` at `now`.
    pub number: u64,
    /// The idempotency key of the order that this page may place.
    pub order_key: Key,
}

/// A line of the cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct LineView {
    /// Which book.
    pub book: Slug,
    /// How many copies of it are left, as of the read.
    pub level: Level,
    /// Its title.
    pub title: String,
    /// How many copies.
    pub quantity: Quantity,
    /// The price of one copy when the line was added.
    pub price: Price,
    /// The current price of one copy, if it differs.
    pub price_now: Option<Price>,
    /// When the hold ends.
    pub expires_at: Timestamp,
    /// Whether the hold is active; false once it has expired.
    pub held: bool,
    /// Whether an order would include the line: it is held, or its copies are still available.
    pub orderable: bool,
    /// Whether the hold can be extended.
    pub extendable: bool,
    /// The most copies of the book that the shopper may have.
    pub most: u32,
    /// Whether it is an offer from the waitlist that has not been accepted; orders leave it out.
    pub offered: bool,
    /// Whether the shop has taken the copies back early.
    pub taken_back: bool,
}

/// Reads this shopper's cart.
///
/// # Errors
/// [`ShopError::Busy`].
#[server(endpoint = "cart", input = GetUrl)]
pub async fn view_cart() -> Result<CartView, ShopError> {
    use crate::server::{current_shopper, current_store, shop_error};

    let shopper = current_shopper()?;
    let cart = current_store().cart(shopper).await;
    Ok(cart.map_err(shop_error)?.into())
}

/// Adds copies of a book to this shopper's cart and holds them there for a while. With a `key`,
/// a repeated submission has no second effect.
///
/// # Errors
/// [`ShopError::SoldOut`], [`ShopError::TooFew`], [`ShopError::OverLimit`],
/// [`ShopError::NoSuchBook`], [`ShopError::KeyReused`], [`ShopError::Busy`].
#[server(endpoint = "add_to_cart")]
pub async fn add_to_cart(
    /// Which book.
    book: Slug,
    /// How many copies; one by default.
    #[server(default)]
    quantity: Option<Quantity>,
    /// The idempotency key.
    #[server(default)]
    key: Option<Key>,
) -> Result<LineAnswer, ShopError> {
    let shopper = crate::server::current_shopper()?;
    let quantity = quantity.unwrap_or(Quantity::ONE);
    crate::server::change_line(shop::Command::Add {
        shopper,
        book,
        quantity,
        key,
    })
    .await
}

/// Sets the number of copies in a line of the cart.
///
/// # Errors
/// As [`add_to_cart`].
#[server(endpoint = "set_quantity")]
pub async fn set_quantity(
    /// Which book.
    book: Slug,
    /// How many copies in all.
    quantity: Quantity,
) -> Result<LineAnswer, ShopError> {
    let shopper = crate::server::current_shopper()?;
    let quantity = Some(quantity);
    crate::server::change_line(shop::Command::SetQuantity {
        shopper,
        book,
        quantity,
    })
    .await
}

/// Removes a line from this shopper's cart. Succeeds if there is no such line.
///
/// # Errors
/// [`ShopError::NoSuchBook`], [`ShopError::Busy`].
#[server(endpoint = "remove_from_cart")]
pub async fn remove_from_cart(
    /// Which book.
    book: Slug,
) -> Result<LineAnswer, ShopError> {
    let shopper = crate::server::current_shopper()?;
    crate::server::change_line(shop::Command::SetQuantity {
        shopper,
        book,
        quantity: None,
    })
    .await
}

/// Holds a line of the cart for longer.
///
/// # Errors
/// [`ShopError::NotInCart`], [`ShopError::HeldLongEnough`], [`ShopError::NoSuchBook`],
/// [`ShopError::Busy`].
#[server(endpoint = "extend_hold")]
pub async fn extend_hold(
    /// Which book.
    book: Slug,
) -> Result<LineAnswer, ShopError> {
    let shopper = crate::server::current_shopper()?;
    crate::server::change_line(shop::Command::Extend { shopper, book }).await
}
