//! Prices.

mod currency;

use from_json::FromJson;
use serde::{Deserialize, Serialize};

pub use self::currency::{Currency, InvalidPrice, UnknownCurrency};
use crate::Quantity;

/// An amount of money in the smallest unit of the shop's [`Currency`]: in US dollars, cents.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    FromJson,
)]
#[serde(transparent)]
pub struct Price(u32);

impl Price {
    /// An amount in the smallest unit.
    #[must_use]
    pub const fn from_cents(minor: u32) -> Self {
        Self(minor)
    }

    /// The total of these prices and quantities, capped at [`u32::MAX`].
    #[must_use]
    pub fn total(lines: impl Iterator<Item = (Self, Quantity)>) -> Self {
        lines.fold(Self(0), |total, (price, quantity)| {
            Self(
                total
                    .0
                    .saturating_add(price.0.saturating_mul(quantity.get())),
            )
        })
    }

    /// The amount in the smallest unit.
    #[must_use]
    pub const fn cents(self) -> u32 {
        self.0
    }

    /// The amount in the smallest unit, as digits.
    #[must_use]
    pub fn minor_text(self) -> String {
        self.0.to_string()
    }

    /// An amount from digits that [`Self::minor_text`] wrote. `None` for another text.
    #[must_use]
    pub fn from_minor_text(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// The same number in another currency: `20.00` in dollars becomes `20` in yen. `None` if the
    /// number has more decimals than the other currency, or is too high there.
    #[must_use]
    pub fn with_number_in(self, before: Currency, after: Currency) -> Option<Self> {
        let (from, to) = (u64::from(before.scale()), u64::from(after.scale()));
        let minor = u64::from(self.0) * to;
        let fits = minor.is_multiple_of(from);
        fits.then(|| u32::try_from(minor / from).ok().map(Self))
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_keeps_its_number_in_another_currency_if_it_fits() {
        let price = |minor, before: &str, after: &str| {
            let (before, after) = (before.parse().unwrap(), after.parse().unwrap());
            let price = Price::from_cents(minor).with_number_in(before, after);
            price.map(Price::cents)
        };
        assert_eq!(price(2_000, "USD", "EUR"), Some(2_000));
        assert_eq!(price(2_000, "USD", "JPY"), Some(20));
        assert_eq!(price(2_000, "USD", "KWD"), Some(20_000));
        assert_eq!(price(1_995, "USD", "JPY"), None);
        assert_eq!(price(1_950, "KWD", "USD"), Some(195));
        assert_eq!(price(u32::MAX, "USD", "KWD"), None);
    }
}
