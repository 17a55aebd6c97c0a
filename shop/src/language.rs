//! The languages that the shop speaks.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};

/// A language, written as its tag (BCP 47).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// `en`: what is spoken to whoever has not said otherwise.
    #[default]
    English,
    /// `zh-Hans`: Chinese, in simplified characters.
    Chinese,
}

/// It is none of the shop's languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the shop speaks “en” and “zh-Hans”")]
pub struct UnknownLanguage;

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Its tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }

    /// What it calls itself.
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
    fn a_language_is_its_tag_and_nothing_else_is_one() {
        for language in Language::ALL {
            assert_eq!(language.tag().parse(), Ok(language));
        }
        for other in ["", "EN", "zh", "zh-Hant", "en ", "en\r\nx: y"] {
            assert_eq!(other.parse::<Language>(), Err(UnknownLanguage), "{other:?}");
        }
    }
}
