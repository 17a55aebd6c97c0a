//! Orders: placed from the cart, looked up and cancelled by their code.

#[cfg(feature = "ssr")]
mod commands;
mod decode;
pub(crate) mod island;
#[cfg(feature = "ssr")]
pub mod lookup;
#[cfg(feature = "ssr")]
pub(crate) mod page;
mod qr;

use leptos::{prelude::*, server_fn::codec::GetUrl};
use protocol::ShopError;
use serde::{Deserialize, Serialize};
use shop::{Key, OrderCode, OrderState, Placed, Price, Quantity, Slug, Timestamp};

pub use qr::QrCode;

/// An order, for whoever holds its code. Who placed it is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// Its code.
    pub code: OrderCode,
    /// What is set aside.
    pub lines: Vec<OrderLineView>,
    /// The sum.
    pub total: Price,
    /// Until when it waits.
    pub collect_by: Timestamp,
    /// Where it stands.
    pub state: OrderState,
    /// Whether its copies lie ready at the counter.
    pub ready: bool,
    /// What `@order.…` says when this is how it stands: it grows with every change.
    pub version: u64,
    /// Titles of what it could not have, right after it was placed.
    pub gone: Vec<String>,
    /// Its address, to be scanned at the counter.
    pub qr: Option<QrCode>,
    /// Whether the shop writes to the e-mail address that it was given.
    pub mailed: bool,
}

/// What changes of an order while its page is open, read from the same JSON as an
/// [`OrderView`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderStatus {
    pub(crate) code: OrderCode,
    pub(crate) collect_by: Timestamp,
    pub(crate) state: OrderState,
    pub(crate) ready: bool,
    pub(crate) version: u64,
}

/// What a page needs to know of an order that it has just placed, read from the same JSON
/// as a [`Placed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlacedOrder {
    pub(crate) code: OrderCode,
    pub(crate) gone: Vec<Slug>,
}

impl PlacedOrder {
    /// Where the order can be seen.
    pub(crate) fn address(&self) -> String {
        let gone: Vec<&str> = self.gone.iter().map(Slug::as_str).collect();
        match gone.as_slice() {
            [] => format!("/orders/{}", self.code),
            gone => format!("/orders/{}?gone={}", self.code, gone.join(",")),
        }
    }
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLineView {
    /// Which book.
    pub book: Slug,
    /// Its title.
    pub title: String,
    /// How many copies.
    pub quantity: Quantity,
    /// What one costs.
    pub price: Price,
}

/// Reserves what is in this shopper's cart for collection. Lines whose time had
/// run out are taken again where copies are left; `gone` names the others.
///
/// # Errors
/// [`ShopError::EmptyCart`], [`ShopError::NothingToOrder`], [`ShopError::KeyReused`],
/// [`ShopError::NoName`], [`ShopError::LongName`], [`ShopError::OddName`],
/// [`ShopError::NoReach`], [`ShopError::LongNote`], [`ShopError::Busy`].
#[server(endpoint = "place_order")]
pub async fn place_order(
    /// Who collects.
    name: String,
    /// An e-mail address or a telephone number.
    reach: String,
    /// What they want to say to the shop.
    #[server(default)]
    note: String,
    /// Names this submission.
    #[server(default)]
    key: Option<Key>,
) -> Result<Placed, ShopError> {
    let shopper = crate::server::current_shopper()?;
    let contact = shop::Contact::parse(&name, &reach)?.with_note(&note)?;
    let contact = contact.in_language(crate::i18n::current_language());
    let placed = commands::place(shopper, contact, key).await?;
    commands::redirect_to(&placed);
    Ok(placed)
}

/// An order.
///
/// # Errors
/// [`ShopError::NoSuchOrder`], [`ShopError::Busy`].
#[server(endpoint = "order", input = GetUrl)]
pub async fn view_order(
    /// Its code, as it was typed or read out.
    code: String,
    /// Books that it could not have, separated by commas, as the address has them.
    #[server(default)]
    gone: Option<String>,
) -> Result<OrderView, ShopError> {
    let store = crate::server::current_store();
    let order = lookup::find_order(&*store, &code).await?;
    lookup::order_view(&*store, order, &gone.unwrap_or_default()).await
}

/// Calls an order off; its copies come back at once. Doing it again is fine.
///
/// # Errors
/// [`ShopError::NoSuchOrder`], [`ShopError::OrderClosed`], [`ShopError::Busy`].
#[server(endpoint = "cancel_order")]
pub async fn cancel_order(
    /// Its code.
    code: OrderCode,
) -> Result<(), ShopError> {
    commands::cancel(code).await
}
