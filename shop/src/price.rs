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

/// What becomes of the numbers of prices in another currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceConversion {
    /// They stay. A number with more decimals than the currency does not fit.
    Keep,
    /// They are rounded to the decimals of the currency, halves upwards.
    Round,
}

impl PriceConversion {
    /// Every conversion.
    pub const ALL: [Self; 2] = [Self::Keep, Self::Round];

    /// The conversion's name in forms.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Round => "round",
        }
    }

    /// The conversion with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

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

    /// The same number in another currency: `20.00` in dollars becomes `20` in yen, and `16.50`,
    /// rounded, `17`.
    ///
    /// # Errors
    /// [`InvalidPrice::TooManyDecimals`] if the number is to be kept and has more decimals than the
    /// other currency, [`InvalidPrice::TooHigh`] if it is too high there.
    pub fn with_number_in(
        self,
        before: Currency,
        after: Currency,
        conversion: PriceConversion,
    ) -> Result<Self, InvalidPrice> {
        let (from, to) = (u64::from(before.scale()), u64::from(after.scale()));
        let minor = u64::from(self.0) * to;
        if conversion == PriceConversion::Keep && !minor.is_multiple_of(from) {
            return Err(InvalidPrice::TooManyDecimals);
        }
        let rounded = (minor + from / 2) / from;
        let rounded = u32::try_from(rounded).map(Self);
        rounded.map_err(|_| InvalidPrice::TooHigh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The amount in another currency, in its smallest unit.
    fn converted(
        conversion: PriceConversion,
        minor: u32,
        before: &str,
        after: &str,
    ) -> Result<u32, InvalidPrice> {
        let (before, after) = (before.parse().unwrap(), after.parse().unwrap());
        let price = Price::from_cents(minor).with_number_in(before, after, conversion);
        price.map(Price::cents)
    }

    #[test]
    fn a_price_keeps_its_number_in_another_currency_if_it_fits() {
        use InvalidPrice::{TooHigh, TooManyDecimals};
        let price = |minor, before, after| converted(PriceConversion::Keep, minor, before, after);
        assert_eq!(price(2_000, "USD", "EUR"), Ok(2_000));
        assert_eq!(price(2_000, "USD", "JPY"), Ok(20));
        assert_eq!(price(2_000, "USD", "KWD"), Ok(20_000));
        assert_eq!(price(1_995, "USD", "JPY"), Err(TooManyDecimals));
        assert_eq!(price(1_950, "KWD", "USD"), Ok(195));
        assert_eq!(price(u32::MAX, "USD", "KWD"), Err(TooHigh));
    }

    #[test]
    fn a_price_is_rounded_to_the_decimals_of_another_currency() {
        let price = |minor, before, after| converted(PriceConversion::Round, minor, before, after);
        assert_eq!(price(1_650, "USD", "JPY"), Ok(17));
        assert_eq!(price(1_649, "USD", "JPY"), Ok(16));
        assert_eq!(price(1_995, "USD", "EUR"), Ok(1_995));
        assert_eq!(price(1_955, "KWD", "USD"), Ok(196));
        assert_eq!(price(u32::MAX, "USD", "JPY"), Ok(42_949_673));
        assert_eq!(price(u32::MAX, "USD", "KWD"), Err(InvalidPrice::TooHigh));
    }

    #[test]
    fn a_conversion_is_found_by_its_name() {
        for conversion in PriceConversion::ALL {
            assert_eq!(PriceConversion::named(conversion.name()), Some(conversion));
        }
        assert_eq!(PriceConversion::named("yes"), None);
    }
}
