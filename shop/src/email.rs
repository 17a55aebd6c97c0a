//! E-mail addresses.

use std::{fmt, str::FromStr};

use crate::{Language, contact::is_email};

/// An e-mail address as typed, and the language of mails to it.
///
/// Only its form is checked, not whether mail arrives.
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

    /// Sets the language of mails to this address.
    #[must_use]
    pub fn in_language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// The language of mails to this address.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    /// Ignores surrounding white space.
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

/// Hides the address, so that it is never logged.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_as_typed_and_hidden_in_debug_output() {
        let email: Email = " ann@example.org ".parse().unwrap();
        assert_eq!(email.as_str(), "ann@example.org");
        assert_eq!(format!("{email:?}"), "Email(…)");
        for bad in ["", "ann", "ann@host", "+44 20 7946 0000", "a b@example.org"] {
            assert_eq!(bad.parse::<Email>(), Err(InvalidEmail), "{bad:?}");
        }
    }
}
