//! Where mail can be sent.

use std::{fmt, str::FromStr};

use crate::{Language, contact::is_email};

/// An e-mail address as somebody has typed it; white space around it does not count.
/// Whether mail arrives there, only mail can tell.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    address: String,
    language: Language,
}

/// Why a text is not an [`Email`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("please give an e-mail address, as in ann@example.org")]
pub struct InvalidEmail;

impl Email {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// The same, of somebody who is written to in this language.
    #[must_use]
    pub fn in_language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// In which language they are written to.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        is_email(text)
            .then(|| Self {
                address: text.to_owned(),
                language: Language::default(),
            })
            .ok_or(InvalidEmail)
    }
}

/// Nobody's address gets into a log.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_as_it_was_typed_and_shown_to_nobody() {
        let email: Email = " ann@example.org ".parse().unwrap();
        assert_eq!(email.as_str(), "ann@example.org");
        assert_eq!(format!("{email:?}"), "Email(…)");
        for none in ["", "ann", "ann@host", "+44 20 7946 0000", "a b@example.org"] {
            assert_eq!(none.parse::<Email>(), Err(InvalidEmail), "{none:?}");
        }
    }
}
