//! Numbers with decimal places, as each language writes them.

use std::fmt;

use fixed_decimal::Decimal;
use shop::Language;

use super::{PluralOperands, number};

/// A measured number, rounded to its significant digits. As a message's `count` it chooses the
/// plural form by those digits: English has “1 time”, but “1.0 times”.
#[derive(Debug, Clone)]
pub(crate) struct Rate {
    language: Language,
    /// The digits, as in `3.2` and `1234`.
    digits: String,
}

/// A measured number, rounded to two significant digits, or to a whole number from 10 up.
pub(crate) fn rate(language: Language, value: f64) -> Rate {
    let digits = match value {
        less if less < 0.1 => format!("{less:.3}"),
        less if less < 1.0 => format!("{less:.2}"),
        few if few < 9.95 => format!("{few:.1}"),
        many => format!("{many:.0}"),
    };
    Rate { language, digits }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = match self.digits.split_once('.') {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (self.digits.as_str(), None),
        };
        match whole.parse::<u64>() {
            Ok(whole) => write!(f, "{}", number(self.language, whole))?,
            Err(_) => f.write_str(whole)?,
        }
        match decimals {
            Some(decimals) => write!(f, "{}{decimals}", say!(self.language, format.decimal)),
            None => Ok(()),
        }
    }
}

impl From<Rate> for PluralOperands {
    fn from(rate: Rate) -> Self {
        match rate.digits.parse::<Decimal>() {
            Ok(digits) => (&digits).into(),
            Err(_) => 0_u32.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_only_significant_digits() {
        for (value, written) in [
            (0.0123, "0.012"),
            (0.25, "0.25"),
            (1.0, "1.0"),
            (3.24, "3.2"),
            (9.96, "10"),
            (59.7, "60"),
            (999.6, "1,000"),
            (1_234_567.0, "1,234,567"),
        ] {
            assert_eq!(rate(Language::English, value).to_string(), written);
        }
    }
}
