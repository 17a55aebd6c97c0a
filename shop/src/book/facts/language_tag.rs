//! The language of a book's text.

use std::{fmt, str::FromStr};

/// The language of a text, as in `en`, `pt-BR` or `zh-Hans`.
///
/// Source: RFC 5646. Only the form is checked, because the registry of languages grows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanguageTag(String);

/// Why a text is not a [`LanguageTag`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a language is a tag such as en, pt-BR or zh-Hans")]
pub struct InvalidLanguageTag;

impl LanguageTag {
    /// The most characters in a tag.
    const MAX_LEN: usize = 35;

    /// The tag as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LanguageTag {
    type Err = InvalidLanguageTag;

    /// Writes the language itself in lower case, as in `en` for `EN`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (language, rest) = match text.split_once('-') {
            Some((language, rest)) => (language, Some(rest)),
            None => (text, None),
        };
        let is_language =
            (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic());
        let is_part = |part: &str| {
            (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        let parts_fit = rest.is_none_or(|rest| rest.split('-').all(is_part));
        if !is_language || !parts_fit || text.len() > Self::MAX_LEN {
            return Err(InvalidLanguageTag);
        }
        let language = language.to_ascii_lowercase();
        Ok(Self(match rest {
            Some(rest) => format!("{language}-{rest}"),
            None => language,
        }))
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_a_language_and_perhaps_a_script_or_a_region() {
        for (text, tag) in [
            ("en", "en"),
            ("EN", "en"),
            ("gsw", "gsw"),
            ("zh-Hans", "zh-Hans"),
            ("pt-BR", "pt-BR"),
            ("sr-Latn-RS", "sr-Latn-RS"),
        ] {
            assert_eq!(text.parse::<LanguageTag>().unwrap().as_str(), tag);
        }
        for text in ["", "e", "english", "en-", "en--GB", "e1", "en_GB", "é"] {
            assert_eq!(
                text.parse::<LanguageTag>(),
                Err(InvalidLanguageTag),
                "{text}"
            );
        }
    }
}
