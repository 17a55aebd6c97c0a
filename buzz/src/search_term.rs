//! The words that are searched for.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use thiserror::Error;

/// The words to search for: 1 to 300 characters on one line, without surrounding spaces.
///
/// Terms that differ only in case are equal.
#[derive(Debug, Clone)]
pub struct SearchTerm {
    text: Arc<str>,
    /// In lower case, for comparing.
    folded: Arc<str>,
}

/// Why a text is not a [`SearchTerm`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidSearchTerm {
    /// It is empty.
    #[error("the search term is empty")]
    Empty,
    /// It is too long.
    #[error("a search term has at most {} characters", SearchTerm::MAX_CHARS)]
    TooLong,
    /// It has a control character.
    #[error("a search term has no control characters")]
    ControlCharacter,
}

impl SearchTerm {
    /// The most characters: as many as a title may have.
    pub const MAX_CHARS: usize = 300;

    /// Parses a term. Any run of white space becomes one space.
    ///
    /// # Errors
    /// [`InvalidSearchTerm`].
    pub fn parse(text: &str) -> Result<Self, InvalidSearchTerm> {
        // Reject huge input before copying it.
        if text.len() > 8 * Self::MAX_CHARS {
            return Err(InvalidSearchTerm::TooLong);
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return Err(InvalidSearchTerm::Empty);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(InvalidSearchTerm::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(InvalidSearchTerm::ControlCharacter);
        }
        Ok(Self {
            folded: text.to_lowercase().into(),
            text: text.into(),
        })
    }

    /// The term as it was typed, with white space normalised.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl PartialEq for SearchTerm {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for SearchTerm {}

impl Hash for SearchTerm {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_normalised_and_case_is_ignored() {
        let term = SearchTerm::parse("  The\tDefinitive \n Guide ").unwrap();
        assert_eq!(term.as_str(), "The Definitive Guide");
        assert_eq!(term, SearchTerm::parse("the definitive GUIDE").unwrap());
        assert_ne!(term, SearchTerm::parse("the definitive guides").unwrap());
        assert_eq!(SearchTerm::parse("書店").unwrap().as_str(), "書店");
    }

    #[test]
    fn an_invalid_term_is_refused_with_the_reason() {
        for (text, why) in [
            ("", InvalidSearchTerm::Empty),
            (" \u{3000}\r\n", InvalidSearchTerm::Empty),
            ("a\0b", InvalidSearchTerm::ControlCharacter),
            ("\u{1b}[31m", InvalidSearchTerm::ControlCharacter),
            ("a\u{85}\u{9f}b", InvalidSearchTerm::ControlCharacter),
        ] {
            assert_eq!(SearchTerm::parse(text).unwrap_err(), why, "{text:?}");
        }
        let longest = "字".repeat(SearchTerm::MAX_CHARS);
        assert!(SearchTerm::parse(&longest).is_ok());
        for long in [format!("{longest}字"), "x".repeat(10_000)] {
            assert_eq!(
                SearchTerm::parse(&long).unwrap_err(),
                InvalidSearchTerm::TooLong
            );
        }
    }
}
