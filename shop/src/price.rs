//! Prices.

use std::{fmt, str::FromStr};

use from_json::FromJson;
use serde::{Deserialize, Serialize};

use crate::Quantity;

/// An amount of money in US cents, displayed as in `$1,234.50`.
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
    /// An amount in cents.
    #[must_use]
    pub const fn from_cents(cents: u32) -> Self {
        Self(cents)
    }

    /// The total of these prices and quantities, capped at [`u32::MAX`] cents.
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

    /// The amount in cents.
    #[must_use]
    pub const fn cents(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = (self.0 / 100).to_string();
        f.write_str("$")?;
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        write!(f, ".{:02}", self.0 % 100)
    }
}

/// Why a text is not a [`Price`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a price is an amount with two decimals or none, as in 20 or 19.95")]
pub struct InvalidPrice;

impl FromStr for Price {
    type Err = InvalidPrice;

    /// Parses a price as in `20`, `19.95` or `$1,234.50`. Ignores surrounding white space.
    fn from_str(text: &str) -> Result<Self, InvalidPrice> {
        let text = text.trim();
        let text = text.strip_prefix('$').unwrap_or(text);
        let (whole, cents) = text.split_once('.').unwrap_or((text, "00"));
        let groups: Vec<&str> = whole.split(',').collect();
        let first = groups.first().map_or(0, |group| group.len());
        let well_grouped = groups.len() == 1
            || ((1..=3).contains(&first) && groups.iter().skip(1).all(|group| group.len() == 3));
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let fits = well_grouped
            && groups.iter().all(|group| digits(group))
            && cents.len() == 2
            && digits(cents);
        let amount = fits.then(|| format!("{}{cents}", groups.concat()).parse().ok());
        amount.flatten().map(Self).ok_or(InvalidPrice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_displayed_in_dollars_and_cents() {
        for (cents, text) in [
            (0, "$0.00"),
            (5, "$0.05"),
            (2_000, "$20.00"),
            (123_456_789, "$1,234,567.89"),
            (100_000, "$1,000.00"),
        ] {
            assert_eq!(Price::from_cents(cents).to_string(), text);
        }
    }

    #[test]
    fn a_price_is_parsed_as_people_write_it() {
        for (text, cents) in [
            ("20", 2_000),
            (" 19.95 ", 1_995),
            ("$1,234.50", 123_450),
            ("0", 0),
            ("42949672.95", u32::MAX),
        ] {
            assert_eq!(text.parse(), Ok(Price::from_cents(cents)), "{text}");
        }
        for bad in [
            "",
            "-1",
            "+1",
            "1.5",
            "1.",
            ".50",
            "1,50",
            "1,2345.00",
            "12e3",
            "42949672.96",
            "１",
        ] {
            assert_eq!(bad.parse::<Price>(), Err(InvalidPrice), "{bad}");
        }
    }
}
