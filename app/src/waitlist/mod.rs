//! The waitlist of a sold-out book, and the server functions to join and leave it. An offer changes
//! the version of `@mine`; the page then reads its book again and finds the offer.

#[cfg(feature = "ssr")]
mod commands;
pub mod offers;
pub(crate) mod views;

use from_json::FromJson;
use leptos::prelude::*;
use protocol::{LineAnswer, ShopError};
use serde::{Deserialize, Serialize};
use shop::{Key, Level, Slug, Timestamp};

/// The answer to joining a waitlist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct WaitAnswer {
    /// When the wait expires.
    pub until: Timestamp,
    /// Until when a copy is offered, if one was available at once.
    pub offered_until: Option<Timestamp>,
    /// The book's level, which the page shows at once.
    pub level: Level,
    /// A new idempotency key, for the next submission.
    pub next_key: Key,
}

/// Puts this shopper on the waitlist of a book for thirty days. Repeating it keeps the place.
///
/// A copy that comes back is offered to the first shopper on the list with an open page or an
/// e-mail address.
///
/// # Errors
/// [`ShopError::InCart`], [`ShopError::OverLimit`], [`ShopError::TooManyWaits`],
/// [`ShopError::NotYet`], [`ShopError::NoEmail`], [`ShopError::NoSuchBook`],
/// [`ShopError::KeyReused`], [`ShopError::Busy`].
#[server(endpoint = "wait_for_copy")]
pub async fn wait_for_copy(
    /// Which book.
    book: Slug,
    /// An e-mail address to notify.
    #[server(default)]
    email: Option<String>,
    /// The idempotency key.
    #[server(default)]
    key: Option<Key>,
) -> Result<WaitAnswer, ShopError> {
    let shopper = crate::server::current_shopper()?;
    let email = email.filter(|text| !text.trim().is_empty());
    let email: Option<shop::Email> = email.map(|text| text.parse()).transpose()?;
    let email = email.map(|email| email.in_language(crate::i18n::current_language()));
    commands::wait(shopper, book, email, key).await
}

/// Takes this shopper off the waitlist of a book. An offer goes to the next in line. Succeeds if
/// the shopper is not on the list. Copies in the cart stay there.
///
/// # Errors
/// [`ShopError::NoSuchBook`], [`ShopError::Busy`].
#[server(endpoint = "stop_waiting")]
pub async fn stop_waiting(
    /// Which book.
    book: Slug,
) -> Result<LineAnswer, ShopError> {
    let shopper = crate::server::current_shopper()?;
    crate::server::change_line(shop::Command::Leave { shopper, book }).await
}

/// Accepts an offer: the copy becomes a line of the cart, held like any other. Repeating it
/// succeeds.
///
/// # Errors
/// [`ShopError::NoOffer`], [`ShopError::NoSuchBook`], [`ShopError::Busy`].
#[server(endpoint = "accept_offer")]
pub async fn accept_offer(
    /// Which book.
    book: Slug,
) -> Result<LineAnswer, ShopError> {
    let shopper = crate::server::current_shopper()?;
    crate::server::change_line(shop::Command::Accept { shopper, book }).await
}
