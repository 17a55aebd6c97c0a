//! Shoppers, who are browsers identified by a random number.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A shopper's id: 128 random bits, written as 32 lower-case hexadecimal digits.
///
/// It gives access to the cart, so it is a secret and `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ShopperId([u8; 16]);

/// Why a text is not a [`ShopperId`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a shopper's id is 32 hexadecimal digits")]
pub struct InvalidShopperId;

impl ShopperId {
    /// An id from 128 bits, which the caller drew at random.
    #[must_use]
    pub const fn from_bytes(bits: [u8; 16]) -> Self {
        Self(bits)
    }

    /// The 128 bits, as stored.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for ShopperId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ShopperId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShopperId(…)")
    }
}

impl From<ShopperId> for String {
    fn from(shopper: ShopperId) -> Self {
        shopper.to_string()
    }
}

impl TryFrom<String> for ShopperId {
    type Error = InvalidShopperId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for ShopperId {
    type Err = InvalidShopperId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 32 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(InvalidShopperId);
        }
        u128::from_str_radix(text, 16)
            .map(|bits| Self(bits.to_be_bytes()))
            .map_err(|_| InvalidShopperId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_parsed_as_it_is_displayed() {
        let shopper = ShopperId::from_bytes([0x0a; 16]);
        assert_eq!(shopper.to_string(), "0a".repeat(16));
        assert_eq!(shopper.to_string().parse(), Ok(shopper));
    }

    #[test]
    fn an_invalid_id_is_refused() {
        for bad in [
            "",
            "0a",
            &"0A".repeat(16),
            &"0a".repeat(17),
            &"+a".repeat(16),
            &"é".repeat(16),
        ] {
            assert_eq!(bad.parse::<ShopperId>(), Err(InvalidShopperId), "{bad:?}");
        }
    }

    #[test]
    fn debug_output_hides_the_id() {
        assert_eq!(
            format!("{:?}", ShopperId::from_bytes([7; 16])),
            "ShopperId(…)"
        );
    }
}
