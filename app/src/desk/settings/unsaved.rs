//! Settings that were sent and not saved, so that the page shows again what was typed.

use std::sync::Arc;

use protocol::ShopError;
use shop::{InvalidSetting, PriceConversion, SettingField};
use store::{CurrencyRefusal, SettingsDocument};

/// Settings that were not saved, as an extension of the request that shows the page again.
#[derive(Debug, Clone)]
pub struct UnsavedSettings {
    /// The version that was changed.
    pub made_from: u64,
    /// Whether the form was already shown beside what another owner had saved.
    pub compares: bool,
    /// What becomes of prices in another currency, if the owner has chosen it.
    pub prices: Option<PriceConversion>,
    /// The text of every field, as it was typed.
    pub typed: Vec<(SettingField, String)>,
    /// Why nothing was saved.
    pub why: WhyUnsaved,
}

/// Why settings were not saved.
#[derive(Debug, Clone)]
pub enum WhyUnsaved {
    /// These fields are invalid.
    Invalid(Vec<(SettingField, InvalidSetting)>),
    /// The currency cannot be changed, or not yet.
    Currency(CurrencyRefusal),
    /// Another owner has saved these settings meanwhile.
    Outdated(Arc<SettingsDocument>),
    /// The store failed.
    Failed(ShopError),
}

impl UnsavedSettings {
    /// Whether the form is shown beside what another owner has saved.
    pub(super) fn is_compared(&self) -> bool {
        self.compares || matches!(self.why, WhyUnsaved::Outdated(_))
    }

    /// Whether the owner is asked what becomes of prices.
    pub(super) fn asks_about_prices(&self) -> bool {
        let unconfirmed = CurrencyRefusal::Unconfirmed;
        self.prices.is_some()
            || matches!(&self.why, WhyUnsaved::Currency(why) if *why == unconfirmed)
    }
}
