//! The copies that are offered to a shopper, shown on every page of the shop that they have open.

#[cfg(feature = "ssr")]
pub(crate) mod banner;
pub(crate) mod island;

use from_json::FromJson;
use leptos::{prelude::*, server_fn::codec::GetUrl};
use protocol::ShopError;
use serde::{Deserialize, Serialize};
use shop::{Slug, Timestamp};

/// The copies that are offered to this shopper.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct OffersView {
    /// The offers, the oldest first.
    pub offers: Vec<OfferView>,
    /// The time of the read, by the shop's clock.
    pub now: Timestamp,
    /// The version of `@mine` at `now`.
    pub number: u64,
}

/// A copy that is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct OfferView {
    /// Which book.
    pub book: Slug,
    /// Its title.
    pub title: String,
    /// When the offer ends.
    pub until: Timestamp,
}

/// The copies that are offered to this shopper.
///
/// # Errors
/// [`ShopError::Busy`].
#[server(endpoint = "offers", input = GetUrl)]
pub async fn view_offers() -> Result<OffersView, ShopError> {
    use crate::server::{current_shopper, current_store, shop_error};

    let shopper = current_shopper()?;
    let cart = current_store().cart(shopper).await;
    Ok(cart.map_err(shop_error)?.into())
}
