//! Orders: placed from the cart, looked up and cancelled by their code.

#[cfg(feature = "ssr")]
mod commands;
#[cfg(feature = "ssr")]
pub mod contact;
pub(crate) mod island;
#[cfg(feature = "ssr")]
pub mod list;
#[cfg(feature = "ssr")]
pub mod lookup;
#[cfg(feature = "ssr")]
pub(crate) mod page;
mod qr;

use from_json::FromJson;
use leptos::{prelude::*, server_fn::codec::GetUrl};
use protocol::ShopError;
use serde::{Deserialize, Serialize};
use shop::{Key, OrderCode, OrderState, PlacedOrder, Price, Quantity, Slug, Timestamp};

pub use qr::QrCode;

/// An order as its page shows it. Anybody with the code may see the order. The contact is for the
/// browser that placed it, and for one that has said whose order it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// The order's code.
    pub code: OrderCode,
    /// The books and copies.
    pub lines: Vec<OrderLineView>,
    /// The total price.
    pub total: Price,
    /// The contact, if this browser may see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactView>,
    /// Whether there is a contact that this browser is not shown.
    #[serde(default)]
    pub contact_hidden: bool,
    /// Until when the order can be collected.
    pub collect_by: Timestamp,
    /// The same in words, in the shop's time zone.
    pub collect_by_words: String,
    /// The order's state.
    pub state: OrderState,
    /// Whether the order is ready for collection.
    pub ready: bool,
    /// The version of the topic `@order.{code}`, as of the rendering.
    pub version: u64,
    /// The titles that could not be included, shown right after the order was placed.
    pub gone: Vec<String>,
    /// The order's address as a QR code, to be scanned at the counter.
    pub qr: Option<QrCode>,
    /// Whether the contact has an e-mail address, and the shop sends mail.
    pub mailed: bool,
    /// Whether the confirmation could not be sent.
    pub mail_failed: bool,
}

/// The contact of an order, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactView {
    /// The name.
    pub name: String,
    /// The e-mail address or telephone number.
    pub reach: String,
    /// The note to the shop; empty if there is none.
    pub note: String,
}

/// The part of an [`OrderView`] that changes while the page is open. Its JSON fields are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub(crate) struct OrderStatus {
    pub(crate) code: OrderCode,
    pub(crate) collect_by_words: String,
    pub(crate) state: OrderState,
    pub(crate) ready: bool,
    pub(crate) mail_failed: bool,
    pub(crate) version: u64,
}

/// The part of a [`PlacedOrder`] that the page needs. Its JSON fields are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
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
    /// The price of one copy.
    pub price: Price,
}

/// Places an order for the cart. Expired lines are included if copies are available; the answer's
/// `gone` names the books left out.
///
/// # Errors
/// [`ShopError::EmptyCart`], [`ShopError::NothingToOrder`], [`ShopError::PriceChanged`],
/// [`ShopError::KeyReused`],
/// [`ShopError::NoName`], [`ShopError::LongName`], [`ShopError::OddName`],
/// [`ShopError::NoEmailOrPhone`], [`ShopError::LongNote`], [`ShopError::Busy`].
#[server(endpoint = "place_order")]
pub async fn place_order(
    /// The name of the person who collects the order.
    name: String,
    /// An e-mail address or a telephone number.
    reach: String,
    /// A note to the shop.
    #[server(default)]
    note: String,
    /// The idempotency key.
    #[server(default)]
    key: Option<Key>,
    /// The total of the cart in the currency's smallest unit, as it was shown. If it has changed,
    /// nothing is ordered.
    #[server(default)]
    total: Option<Price>,
) -> Result<PlacedOrder, ShopError> {
    let shopper = crate::server::current_shopper()?;
    let contact = shop::Contact::parse(&name, &reach)?.with_note(&note)?;
    let contact = contact.in_language(crate::i18n::current_language());
    let placed = commands::place(shopper, contact, total, key).await?;
    commands::redirect_to(&placed);
    Ok(placed)
}

/// Reads an order.
///
/// # Errors
/// [`ShopError::NoSuchOrder`], [`ShopError::Busy`].
#[server(endpoint = "order", input = GetUrl)]
pub async fn view_order(
    /// The order's code, as typed.
    code: String,
    /// The books that could not be included, separated by commas, from the address.
    #[server(default)]
    gone: Option<String>,
) -> Result<OrderView, ShopError> {
    let store = crate::server::current_store();
    let order = lookup::find_order(&*store, &code).await?;
    let own = crate::server::current_shopper().is_ok_and(|shopper| shopper == order.shopper);
    let shows_contact = own || crate::server::may_see_contact(order.code);
    lookup::order_view(&*store, order, shows_contact, &gone.unwrap_or_default()).await
}

/// Cancels an order. Its copies are available again at once. Repeating it succeeds.
///
/// # Errors
/// [`ShopError::NoSuchOrder`], [`ShopError::OrderClosed`], [`ShopError::Busy`].
#[server(endpoint = "cancel_order")]
pub async fn cancel_order(
    /// The order's code.
    code: OrderCode,
) -> Result<(), ShopError> {
    commands::cancel(code).await
}
