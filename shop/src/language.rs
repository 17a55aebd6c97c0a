//! The languages of the shop.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};

/// A language of the shop, written as its BCP 47 tag.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// `en`, the default.
    #[default]
    English,
    /// `zh-Hans`: Chinese in simplified characters.
    Chinese,
}

/// The error for a tag that is not a language of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the shop speaks “en” and “zh-Hans”")]
pub struct UnknownLanguage;

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }

    /// The language's name in the language itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "简体中文",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|known| known.tag() == tag);
        known.ok_or(UnknownLanguage)
    }
}

impl Serialize for Language {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag())
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = String::deserialize(deserializer)?;
        tag.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_tags_are_languages() {
        for language in Language::ALL {
            assert_eq!(language.tag().parse(), Ok(language));
        }
        for other in ["", "EN", "zh", "zh-Hant", "en ", "en\r\nx: y"] {
            assert_eq!(other.parse::<Language>(), Err(UnknownLanguage), "{other:?}");
        }
    }
}
