//! Reasons for changes to the stock, as staff type them.

use std::{fmt, str::FromStr};

/// The reason for a change to the stock: 1 to 200 characters on one line.
///
/// It is kept in the ledger for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

/// Why a text is not a [`Reason`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a reason is 1 to {} characters on one line", Reason::MAX_CHARS)]
pub struct InvalidReason;

impl Reason {
    /// The most characters in a reason.
    pub const MAX_CHARS: usize = 200;

    /// The reason as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reason {
    type Err = InvalidReason;

    /// Ignores surrounding white space.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let fits = (1..=Self::MAX_CHARS).contains(&text.chars().count())
            && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned())).ok_or(InvalidReason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_1_to_200_characters_on_one_line() {
        let words = "x".repeat(Reason::MAX_CHARS);
        for good in ["delivery", "  found behind the shelf ", "gezählt", &words] {
            let reason: Reason = good.parse().unwrap();
            assert_eq!(reason.as_str(), good.trim());
        }
        let long = "x".repeat(Reason::MAX_CHARS + 1);
        for bad in ["", " \n", "two\nlines", "a\tb", "\u{1b}[31mred", &long] {
            assert_eq!(bad.parse::<Reason>(), Err(InvalidReason), "{bad:?}");
        }
    }
}
