//! The contact details of an order: name, e-mail address or telephone number, and note.

use crate::{
    Language,
    email::{Email, is_email},
};

/// The contact details of an order.
///
/// They are stored with the order only, and erased some time after it is closed.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    name: String,
    reach: String,
    note: Option<String>,
    language: Language,
}

/// Why contact details are invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidContact {
    /// The name is missing.
    #[error("please give a name for the order")]
    NoName,
    /// The name is too long.
    #[error("that name is too long: at most {} characters", Contact::MAX_CHARS)]
    LongName,
    /// The name has a line break or another control character.
    #[error("that name has characters that are not allowed")]
    OddName,
    /// There is neither an e-mail address nor a telephone number.
    #[error(
        "please give an e-mail address or a telephone number, as in ann@example.org or +44 20 7946 0000"
    )]
    NoEmailOrPhone,
    /// The note is too long.
    #[error(
        "that note is too long: at most {} characters",
        Contact::MAX_NOTE_CHARS
    )]
    LongNote,
}

impl Contact {
    /// The most characters in a name and in an e-mail address.
    pub const MAX_CHARS: usize = Email::MAX_CHARS;
    /// The most characters in a note.
    pub const MAX_NOTE_CHARS: usize = 500;

    /// Parses typed contact details. Ignores surrounding white space.
    ///
    /// # Errors
    /// [`InvalidContact`].
    pub fn parse(name: &str, reach: &str) -> Result<Self, InvalidContact> {
        let (name, reach) = (name.trim(), reach.trim());
        if name.is_empty() {
            return Err(InvalidContact::NoName);
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(InvalidContact::LongName);
        }
        if name.chars().any(char::is_control) {
            return Err(InvalidContact::OddName);
        }
        if !is_email(reach) && !is_telephone(reach) {
            return Err(InvalidContact::NoEmailOrPhone);
        }
        Ok(Self {
            name: name.to_owned(),
            reach: reach.to_owned(),
            note: None,
            language: Language::default(),
        })
    }

    /// Contact details from the database, without validation. An earlier release may have accepted
    /// them by looser rules.
    #[must_use]
    pub fn stored(name: String, reach: String, note: Option<String>) -> Self {
        Self {
            name,
            reach,
            note,
            language: Language::default(),
        }
    }

    /// Adds a note for the shop. Removes control characters except line breaks, and drops a blank
    /// note.
    ///
    /// # Errors
    /// [`InvalidContact::LongNote`].
    pub fn with_note(self, note: &str) -> Result<Self, InvalidContact> {
        let note: String = note
            .chars()
            .filter(|c| *c == '\n' || !c.is_control())
            .collect();
        let note = note.trim();
        if note.chars().count() > Self::MAX_NOTE_CHARS {
            return Err(InvalidContact::LongNote);
        }
        let note = (!note.is_empty()).then(|| note.to_owned());
        Ok(Self { note, ..self })
    }

    /// The name of the person who collects the order.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The e-mail address or telephone number.
    #[must_use]
    pub fn email_or_phone(&self) -> &str {
        &self.reach
    }

    /// Sets the language of mails to this person.
    #[must_use]
    pub fn in_language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// The language of mails to this person.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The note for the shop.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Whether this is the name, the e-mail address or the telephone number. Case and white space make
    /// no difference, nor does the punctuation of a telephone number.
    #[must_use]
    pub fn is_known_as(&self, typed: &str) -> bool {
        let wanted = folded(typed);
        let is_text = [&self.name, &self.reach]
            .into_iter()
            .any(|known| folded(known) == wanted);
        let is_number = is_telephone(typed.trim())
            && is_telephone(&self.reach)
            && digits(typed) == digits(&self.reach);
        !wanted.is_empty() && (is_text || is_number)
    }

    /// The e-mail address; `None` if a telephone number was given instead.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.reach.contains('@').then_some(&*self.reach)
    }
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact(…)")
    }
}

/// A text in lower case, without white space.
fn folded(text: &str) -> String {
    let text = text.chars().filter(|c| !c.is_whitespace());
    text.flat_map(char::to_lowercase).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether a text looks like a telephone number: 6 to 15 digits with the usual punctuation.
///
/// E.164 allows at most 15 digits.
pub(crate) fn is_telephone(text: &str) -> bool {
    let rest = text.strip_prefix('+').unwrap_or(text);
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    (6..=15).contains(&digits)
        && text.len() <= 40
        && rest
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'.' | b'/' | b'(' | b')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_an_email_or_telephone_number_is_a_contact() {
        for reach in [
            "ann@example.org",
            "a.b+c@mail.example.co.uk",
            "+44 20 7946 0000",
            "(030) 123-456",
            "李@例子.中国",
        ] {
            let contact = Contact::parse(" Ann Ō’Neil ", reach).unwrap();
            assert_eq!(
                (contact.name(), contact.email_or_phone()),
                ("Ann Ō’Neil", reach)
            );
            assert_eq!(contact.email(), Some(reach).filter(|it| it.contains('@')));
        }
    }

    #[test]
    fn a_note_is_cleaned_and_a_blank_one_dropped() {
        let contact = || Contact::parse("Ann", "ann@example.org").unwrap();
        let note = |text: &str| {
            contact()
                .with_note(text)
                .map(|it| it.note().map(str::to_owned))
        };
        assert_eq!(note("  \r\n "), Ok(None));
        assert_eq!(
            note(" After six,\r\nplease\0. "),
            Ok(Some("After six,\nplease.".into()))
        );
        assert_eq!(
            note(&"字".repeat(500)).unwrap().unwrap().chars().count(),
            500
        );
        assert_eq!(note(&"x".repeat(501)), Err(InvalidContact::LongNote));
    }

    #[test]
    fn invalid_contact_details_are_refused_with_the_reason() {
        let long = "x".repeat(10_000);
        for (name, reach, why) in [
            ("", "ann@example.org", InvalidContact::NoName),
            (" \n ", "ann@example.org", InvalidContact::NoName),
            (&long, "ann@example.org", InvalidContact::LongName),
            ("Ann\0", "ann@example.org", InvalidContact::OddName),
            ("Ann\r\nBcc: x", "ann@example.org", InvalidContact::OddName),
            ("Ann", "", InvalidContact::NoEmailOrPhone),
            ("Ann", "ann", InvalidContact::NoEmailOrPhone),
            ("Ann", "@example.org", InvalidContact::NoEmailOrPhone),
            ("Ann", "ann@example", InvalidContact::NoEmailOrPhone),
            ("Ann", "ann@exa mple.org", InvalidContact::NoEmailOrPhone),
            ("Ann", "a@b@example.org", InvalidContact::NoEmailOrPhone),
            (
                "Ann",
                "jo..lane@example.org",
                InvalidContact::NoEmailOrPhone,
            ),
            (
                "Ann",
                "ann@example.org\nBcc: x@example.org",
                InvalidContact::NoEmailOrPhone,
            ),
            ("Ann", "12345", InvalidContact::NoEmailOrPhone),
            ("Ann", "1234567890123456", InvalidContact::NoEmailOrPhone),
            (
                "Ann",
                &format!("{long}@example.org"),
                InvalidContact::NoEmailOrPhone,
            ),
        ] {
            assert_eq!(Contact::parse(name, reach), Err(why));
        }
    }

    #[test]
    fn a_contact_is_known_by_its_name_or_by_how_to_reach_it() {
        let ann = Contact::parse("Ann O’Neil", "Ann@example.org").unwrap();
        for typed in ["ann o’neil", " Ann  O’NEIL ", "ann@EXAMPLE.org"] {
            assert!(ann.is_known_as(typed), "{typed}");
        }
        for typed in ["", " ", "Ann", "ann@example.com", "o’neil ann", "+44"] {
            assert!(!ann.is_known_as(typed), "{typed}");
        }
        let li = Contact::parse("李 明", "+44 20 7946-0000").unwrap();
        for typed in ["李明", "李\u{3000}明", "+442079460000", "44 (20) 7946 0000"] {
            assert!(li.is_known_as(typed), "{typed}");
        }
        for typed in ["020 7946 0000", "李", "---"] {
            assert!(!li.is_known_as(typed), "{typed}");
        }
    }

    #[test]
    fn debug_output_hides_the_contact() {
        let contact = Contact::parse("Ann", "ann@example.org").unwrap();
        assert_eq!(format!("{contact:?}"), "Contact(…)");
    }
}
