//! E-mail addresses.

use std::{fmt, str::FromStr};

use email_address::EmailAddress;

use crate::Language;

/// An e-mail address as typed, and the language of mails to it.
///
/// The mailer accepts its form, but nothing checks that mail arrives.
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
    /// The most characters in an address.
    pub const MAX_CHARS: usize = 100;

    /// An address from the database, without validation. An earlier release may have accepted it by
    /// a looser rule.
    #[must_use]
    pub fn stored(address: String) -> Self {
        Self {
            address,
            language: Language::default(),
        }
    }

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
            .then(|| Self::stored(text.to_owned()))
            .ok_or(InvalidEmail)
    }
}

/// Hides the address, so that it is never logged.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

/// Whether a text is an e-mail address that mail can be sent to.
///
/// The mailer's own check must accept it. Its host name must have a dot, and it may not contain
/// quotes or square brackets.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else {
        return false;
    };
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '[' | ']');
    text.chars().count() <= Email::MAX_CHARS
        && host.contains('.')
        && !text.contains(odd)
        && EmailAddress::is_valid_local_part(local)
        && EmailAddress::is_valid_domain(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_as_typed_and_hidden_in_debug_output() {
        let email: Email = " ann@example.org ".parse().unwrap();
        assert_eq!(email.as_str(), "ann@example.org");
        assert_eq!(format!("{email:?}"), "Email(…)");
        for bad in [
            "",
            "ann",
            "ann@host",
            "+44 20 7946 0000",
            "a b@example.org",
            "jo..lane@example.org",
            ".jo@example.org",
            "jo.@example.org",
            "(jo@example.org",
            "jo@-example.org",
            "jo@example..org",
            "jo@[127.0.0.1]",
            "\"jo\"@example.org",
            "jo@lane@example.org",
        ] {
            assert_eq!(bad.parse::<Email>(), Err(InvalidEmail), "{bad:?}");
        }
    }
}
