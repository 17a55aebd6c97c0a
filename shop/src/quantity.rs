//! Quantities of copies.

use std::{fmt, str::FromStr};

use from_json::{FromJson, Json};
use serde::{Deserialize, Deserializer, Serialize, de};

/// A number of copies in one request: 1 to 1,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "u32")]
pub struct Quantity(u32);

/// Why a number is not a [`Quantity`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a quantity is a whole number from 1 to {}", Quantity::MAX)]
pub struct InvalidQuantity;

impl Quantity {
    /// The most copies in one request.
    pub const MAX: u32 = 1_000;
    /// One copy.
    pub const ONE: Self = Self(1);

    /// A quantity from a number.
    ///
    /// # Errors
    /// [`InvalidQuantity`] for 0 and for more than [`Quantity::MAX`].
    pub const fn new(copies: u32) -> Result<Self, InvalidQuantity> {
        match copies {
            1..=Self::MAX => Ok(Self(copies)),
            _ => Err(InvalidQuantity),
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Quantity {
    type Err = InvalidQuantity;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Accepts only digits, because `parse` alone would accept a sign.
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(InvalidQuantity);
        }
        text.parse()
            .map_err(|_| InvalidQuantity)
            .and_then(Self::new)
    }
}

impl FromJson for Quantity {
    fn from_json(json: &Json) -> Option<Self> {
        Self::new(u32::from_json(json)?).ok()
    }
}

/// Accepts a number (JSON) or digits (a form). The error has the text of [`InvalidQuantity`].
impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct QuantityVisitor;

        impl de::Visitor<'_> for QuantityVisitor {
            type Value = Quantity;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{InvalidQuantity}")
            }

            fn visit_u64<E: de::Error>(self, copies: u64) -> Result<Quantity, E> {
                let copies = u32::try_from(copies).map_err(|_| InvalidQuantity);
                copies.and_then(Quantity::new).map_err(E::custom)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Quantity, E> {
                text.parse().map_err(E::custom)
            }
        }

        from.deserialize_any(QuantityVisitor)
    }
}

impl From<Quantity> for u32 {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_a_whole_number_from_1_to_1000() {
        assert_eq!("1".parse(), Ok(Quantity::ONE));
        assert_eq!("1000".parse::<Quantity>().map(Quantity::get), Ok(1_000));
        for bad in [
            "",
            "0",
            "-1",
            "+1",
            "1.5",
            "1e2",
            "1001",
            "99999999999999999999",
            "one",
            " 1",
        ] {
            assert_eq!(bad.parse::<Quantity>(), Err(InvalidQuantity), "{bad:?}");
        }
    }

    #[test]
    fn a_quantity_is_validated_when_deserialized() {
        for good in ["7", r#""7""#] {
            let quantity: Quantity = serde_json::from_str(good).unwrap();
            assert_eq!(quantity.get(), 7);
        }
        for bad in ["0", "1001", "5000000000", r#""-1""#, r#""x""#, r#""""#] {
            let refused = serde_json::from_str::<Quantity>(bad).unwrap_err();
            assert!(
                refused
                    .to_string()
                    .starts_with("a quantity is a whole number"),
                "{bad}"
            );
        }
    }
}
