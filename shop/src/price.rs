//! What a copy costs.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Quantity;

/// An amount of money in US cents.
///
/// Shown as `$20.00`, with commas between the thousands.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Price(u32);

impl Price {
    /// An amount in cents.
    #[must_use]
    pub const fn from_cents(cents: u32) -> Self {
        Self(cents)
    }

    /// What so many copies at such prices cost together; at most [`u32::MAX`] cents.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_reads_as_dollars_and_cents() {
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
}
