//! What is asked for.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use thiserror::Error;

/// What somebody wants to know the buzz of: words on one line, without spaces around them.
/// Terms are the same where they differ in capitals only.
#[derive(Debug, Clone)]
pub struct Term {
    shown: Arc<str>,
    key: Arc<str>,
}

/// Why a text is no [`Term`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidTerm {
    /// There is nothing in it.
    #[error("nothing is asked for")]
    Empty,
    /// It is longer than any title.
    #[error("a term has at most {} characters", Term::LONGEST)]
    TooLong,
    /// There is something in it that nobody says.
    #[error("a term has no control characters")]
    Control,
}

impl Term {
    /// The most characters: as many as a title may have.
    pub const LONGEST: usize = 300;

    /// Reads one; white space of any kind is a space.
    ///
    /// # Errors
    /// [`InvalidTerm`].
    pub fn parse(text: &str) -> Result<Self, InvalidTerm> {
        // Nothing that long is looked at any further.
        if text.len() > 8 * Self::LONGEST {
            return Err(InvalidTerm::TooLong);
        }
        let shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if shown.is_empty() {
            return Err(InvalidTerm::Empty);
        }
        if shown.chars().count() > Self::LONGEST {
            return Err(InvalidTerm::TooLong);
        }
        if shown.chars().any(char::is_control) {
            return Err(InvalidTerm::Control);
        }
        Ok(Self {
            key: shown.to_lowercase().into(),
            shown: shown.into(),
        })
    }

    /// As it was asked for.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.shown
    }
}

impl PartialEq for Term {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Term {}

impl Hash for Term {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_words_on_one_line() {
        let term = Term::parse("  The\tDefinitive \n Guide ").unwrap();
        assert_eq!(term.as_str(), "The Definitive Guide");
        assert_eq!(term, Term::parse("the definitive GUIDE").unwrap());
        assert_ne!(term, Term::parse("the definitive guides").unwrap());
        assert_eq!(Term::parse("書店").unwrap().as_str(), "書店");
    }

    #[test]
    fn what_is_no_term_says_why() {
        for (text, why) in [
            ("", InvalidTerm::Empty),
            (" \u{3000}\r\n", InvalidTerm::Empty),
            ("a\0b", InvalidTerm::Control),
            ("\u{1b}[31m", InvalidTerm::Control),
            ("a\u{85}\u{9f}b", InvalidTerm::Control),
        ] {
            assert_eq!(Term::parse(text).unwrap_err(), why, "{text:?}");
        }
        let longest = "字".repeat(Term::LONGEST);
        assert!(Term::parse(&longest).is_ok());
        for long in [format!("{longest}字"), "x".repeat(10_000)] {
            assert_eq!(Term::parse(&long).unwrap_err(), InvalidTerm::TooLong);
        }
    }
}
