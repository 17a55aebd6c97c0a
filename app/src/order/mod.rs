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
use shop::{Key, OrderCode, OrderState, PlacedOrder, Price, Quantity, Slug, Timestamp};

pub use qr::QrCode;

/// An order, for anybody who has its code. The contact is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// Its code.
    pub code: OrderCode,
    /// The books and copies in it.
    pub lines: Vec<OrderLineView>,
    /// The sum.
    pub total: Price,
    /// Until when it can be collected.
    pub collect_by: Timestamp,
    /// Its state.
    pub state: OrderState,
    /// Whether it is ready at the counter.
    pub ready: bool,
    /// The version of `@order.…` at that moment.
    pub version: u64,
    /// The titles that could not be included, right after it was placed.
    pub gone: Vec<String>,
    /// Its address as a QR code, to be scanned at the counter.
    pub qr: Option<QrCode>,
    /// Whether the shop sends mail to the address in its contact.
    pub mailed: bool,
}

/// The part of an [`OrderView`] that changes while the page is open, read from the same JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderStatus {
    pub(crate) code: OrderCode,
    pub(crate) collect_by: Timestamp,
    pub(crate) state: OrderState,
    pub(crate) ready: bool,
    pub(crate) version: u64,
}

/// The part of a [`PlacedOrder`] that the page needs, read from the same JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderConfirmation {
    pub(crate) code: OrderCode,
    pub(crate) gone: Vec<Slug>,
}

impl OrderConfirmation {
    /// The address of the order's page.
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
    /// The price of one.
    pub price: Price,
}

/// Reserves the cart for collection. Expired lines are held again where copies are left; `gone`
/// names the others.
///
/// # Errors
/// [`ShopError::EmptyCart`], [`ShopError::NothingToOrder`], [`ShopError::KeyReused`],
/// [`ShopError::NoName`], [`ShopError::LongName`], [`ShopError::OddName`],
/// [`ShopError::NoEmailOrPhone`], [`ShopError::LongNote`], [`ShopError::Busy`].
#[server(endpoint = "place_order")]
pub async fn place_order(
    /// Who collects.
    name: String,
    /// An e-mail address or a telephone number.
    reach: String,
    /// A note to the shop.
    #[server(default)]
    note: String,
    /// Names this submission.
    #[server(default)]
    key: Option<Key>,
) -> Result<PlacedOrder, ShopError> {
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
    /// Its code, as somebody typed it.
    code: String,
    /// The books that could not be included, separated by commas, from the address.
    #[server(default)]
    gone: Option<String>,
) -> Result<OrderView, ShopError> {
    let store = crate::server::current_store();
    let order = lookup::find_order(&*store, &code).await?;
    lookup::order_view(&*store, order, &gone.unwrap_or_default()).await
}

/// Cancels an order; its copies are available again at once. Cancelling twice is fine.
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
