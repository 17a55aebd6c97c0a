//! The owner's own words at the beginning of a mail.

use std::{fmt, str::FromStr};

use crate::profile::affects_other_text;

/// The owner's own words at the beginning of a mail: a few lines of text, and not blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preface(String);

/// Why a text is not a [`Preface`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPreface {
    /// There is nothing in it.
    #[error("it is blank")]
    Blank,
    /// It has a control character or one that changes the text direction.
    #[error("it has a character that cannot be used")]
    OddCharacter,
    /// It is too long.
    #[error("it has more than {} characters", Preface::MAX_CHARS)]
    TooLong,
    /// It has too many lines.
    #[error("it has more than {} lines", Preface::MAX_LINES)]
    TooManyLines,
}

impl Preface {
    /// The most characters.
    pub const MAX_CHARS: u32 = 1_000;
    /// The most lines.
    pub const MAX_LINES: u32 = 15;

    /// The text, with `\n` between its lines.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Preface {
    type Err = InvalidPreface;

    /// Ignores white space around the text and at the ends of its lines.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
        let text = lines.join("\n");
        if text.is_empty() {
            return Err(InvalidPreface::Blank);
        }
        if text.chars().any(|c| c != '\n' && affects_other_text(c)) {
            return Err(InvalidPreface::OddCharacter);
        }
        if text.chars().count() > Self::MAX_CHARS as usize {
            return Err(InvalidPreface::TooLong);
        }
        if lines.len() > Self::MAX_LINES as usize {
            return Err(InvalidPreface::TooManyLines);
        }
        Ok(Self(text))
    }
}

impl fmt::Display for Preface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preface_keeps_its_lines_and_loses_the_space_around_them() {
        let preface: Preface = " Dear reader,  \r\n\r\nwe have moved. \n".parse().unwrap();
        assert_eq!(preface.as_str(), "Dear reader,\n\nwe have moved.");
        assert_eq!(preface.to_string().parse(), Ok(preface));
    }

    #[test]
    fn a_preface_that_cannot_be_used_is_refused_with_the_reason() {
        for (text, why) in [
            (" \r\n ".to_owned(), InvalidPreface::Blank),
            ("a\u{202e}b".to_owned(), InvalidPreface::OddCharacter),
            ("a\tb".to_owned(), InvalidPreface::OddCharacter),
            ("字".repeat(1_001), InvalidPreface::TooLong),
            ("a\n".repeat(16), InvalidPreface::TooManyLines),
        ] {
            assert_eq!(text.parse::<Preface>(), Err(why), "{text:?}");
        }
        assert!("字".repeat(1_000).parse::<Preface>().is_ok());
    }
}
