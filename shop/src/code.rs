//! Order codes, which shoppers show or read out when they collect an order, and how all codes are
//! written.

use std::{fmt, str::FromStr};

use from_json::FromJson;
use serde::{Deserialize, Serialize};

/// An order's code: 60 random bits, written as `4KX9-QD2M-7HTB`.
///
/// The alphabet is Crockford's base 32, which has no `I`, `L`, `O` and `U`. The parser reads
/// `o` as zero, and `i` and `l` as one, and ignores hyphens, spaces and case. (D. Crockford,
/// “Base 32”.)
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson,
)]
#[serde(try_from = "String", into = "String")]
pub struct OrderCode(u64);

/// Why a text is not an [`OrderCode`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an order's code is twelve letters and digits, as in 4KX9-QD2M-7HTB")]
pub struct InvalidOrderCode;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 12;
/// The bits of a code.
pub(crate) const MASK: u64 = (1 << (5 * LENGTH)) - 1;

impl OrderCode {
    /// A code from the low 60 bits of a random number.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits & MASK)
    }

    /// The 60 bits, as stored.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }
}

impl fmt::Display for OrderCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_code(self.0, f)
    }
}

impl FromStr for OrderCode {
    type Err = InvalidOrderCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read_code(text).map(Self).ok_or(InvalidOrderCode)
    }
}

/// Writes 60 bits as twelve letters and digits.
pub(crate) fn write_code(bits: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for position in 0..LENGTH {
        if position > 0 && position % 4 == 0 {
            f.write_str("-")?;
        }
        let letter = (bits >> (5 * (LENGTH - 1 - position))) & 31;
        write!(f, "{}", char::from(ALPHABET[letter as usize]))?;
    }
    Ok(())
}

/// The 60 bits that a text stands for, if it is a code.
pub(crate) fn read_code(text: &str) -> Option<u64> {
    let (mut bits, mut length) = (0_u64, 0);
    for byte in text.bytes().filter(|byte| !matches!(byte, b'-' | b' ')) {
        let letter = match byte.to_ascii_uppercase() {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            other => other,
        };
        let value = ALPHABET.iter().position(|&known| known == letter)?;
        length += 1;
        if length > LENGTH {
            return None;
        }
        bits = bits << 5 | value as u64;
    }
    (length == LENGTH).then_some(bits)
}

impl TryFrom<String> for OrderCode {
    type Error = InvalidOrderCode;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<OrderCode> for String {
    fn from(code: OrderCode) -> Self {
        code.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_code_is_parsed_as_written_and_as_read_out_loud(bits: u64) {
            let code = OrderCode::from_bits(bits);
            let written = code.to_string();
            prop_assert_eq!(written.parse(), Ok(code));
            let spoken = written.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            prop_assert_eq!(spoken.parse(), Ok(code));
        }
    }

    #[test]
    fn an_invalid_code_is_refused() {
        for bad in [
            "",
            "4KX9-QD2M-7HT",
            "4KX9-QD2M-7HTBB",
            "4KX9-QD2M-7HTU",
            "4KX9_QD2M_7HTB",
            "é",
        ] {
            assert_eq!(bad.parse::<OrderCode>(), Err(InvalidOrderCode), "{bad:?}");
        }
    }
}
