//! Whole numbers, as each language writes them.

use std::fmt::{self, Write};

use shop::Language;

use super::PluralOperands;

/// A whole number in a language. As a message's `count` it chooses the plural form.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    language: Language,
    value: u64,
}

/// A whole number, with the language's separator between thousands.
#[must_use]
pub fn number(language: Language, value: impl Into<u64>) -> Number {
    let value = value.into();
    Number { language, value }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.value.to_string();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                f.write_str(say!(self.language, format.thousands))?;
            }
            f.write_char(digit)?;
        }
        Ok(())
    }
}

impl From<Number> for PluralOperands {
    fn from(number: Number) -> Self {
        number.value.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_have_separators() {
        for (value, written) in [
            (0_u32, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            for language in Language::ALL {
                assert_eq!(number(language, value).to_string(), written);
            }
        }
    }
}
