//! Slugs: the names of books in URLs and messages.

use std::{borrow::Borrow, fmt, str::FromStr, sync::Arc};

use from_json::FromJson;
use serde::{Deserialize, Serialize};

/// The name of a book in URLs and messages: 1 to 60 of `a-z`, `0-9` and `-`.
///
/// Cheap to clone, because every pushed level contains one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(Arc<str>);

/// Why a text is not a [`Slug`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a book's name is 1 to 60 lower-case letters, digits and hyphens")]
pub struct InvalidSlug;

impl Slug {
    /// The most characters in a slug.
    pub const MAX_LEN: usize = 60;

    /// Parses a slug from a URL or a form.
    ///
    /// # Errors
    /// [`InvalidSlug`] if the text is empty or too long, or has any other character.
    pub fn parse(text: &str) -> Result<Self, InvalidSlug> {
        let fits = (1..=Self::MAX_LEN).contains(&text.len())
            && text
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if fits {
            Ok(Self(text.into()))
        } else {
            Err(InvalidSlug)
        }
    }

    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Slug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Slug {
    type Error = InvalidSlug;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0.as_ref().to_owned()
    }
}

impl Borrow<str> for Slug {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_lower_case_letters_digits_and_hyphens() {
        for good in [
            "a",
            "definitive-guide-to-the-internet",
            "1984",
            &"x".repeat(60),
        ] {
            assert_eq!(Slug::parse(good).map(String::from), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "A",
            "a b",
            "a/b",
            "../x",
            "é",
            "a_b",
            "a:1",
            &"x".repeat(61),
        ] {
            assert_eq!(Slug::parse(bad), Err(InvalidSlug), "{bad:?}");
        }
    }

    #[test]
    fn a_slug_is_validated_when_deserialized() {
        assert!(serde_json::from_str::<Slug>(r#""small-hours""#).is_ok());
        assert!(serde_json::from_str::<Slug>(r#""Small Hours""#).is_err());
    }
}
