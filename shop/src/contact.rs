//! Who collects an order, how the shop can reach them, and what they want to say.

use crate::Language;

/// A name, an e-mail address or a telephone number, and a note if there is one. It is kept
/// with the order only, and erased some time after the order was closed.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    name: String,
    reach: String,
    note: Option<String>,
    language: Language,
}

/// Why something is not a [`Contact`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidContact {
    /// There is no name.
    #[error("please give a name for the order")]
    NoName,
    /// It is longer than names are.
    #[error("that name is too long: at most {} characters", Contact::LONGEST)]
    LongName,
    /// It has a line break or another control character.
    #[error("that name has characters that cannot be written")]
    OddName,
    /// It is neither an e-mail address nor a telephone number.
    #[error(
        "please give an e-mail address or a telephone number, as in ann@example.org or +44 20 7946 0000"
    )]
    NoReach,
    /// There is more to say than fits.
    #[error("that note is too long: at most {} characters", Contact::LONGEST_NOTE)]
    LongNote,
}

impl Contact {
    /// The most characters of a name, and of an address.
    pub const LONGEST: usize = 100;
    /// The most characters of a note.
    pub const LONGEST_NOTE: usize = 500;

    /// A contact from what somebody has typed; white space around it does not count.
    ///
    /// # Errors
    /// [`InvalidContact`], a sentence for whoever typed it.
    pub fn parse(name: &str, reach: &str) -> Result<Self, InvalidContact> {
        let (name, reach) = (name.trim(), reach.trim());
        if name.is_empty() {
            return Err(InvalidContact::NoName);
        }
        if name.chars().count() > Self::LONGEST {
            return Err(InvalidContact::LongName);
        }
        if name.chars().any(char::is_control) {
            return Err(InvalidContact::OddName);
        }
        if !is_email(reach) && !is_telephone(reach) {
            return Err(InvalidContact::NoReach);
        }
        Ok(Self {
            name: name.to_owned(),
            reach: reach.to_owned(),
            note: None,
            language: Language::default(),
        })
    }

    /// The same with a note to the shop, in lines; one of white space is none. Control
    /// characters are left out.
    ///
    /// # Errors
    /// [`InvalidContact::LongNote`].
    pub fn with_note(self, note: &str) -> Result<Self, InvalidContact> {
        let note: String = note
            .chars()
            .filter(|c| *c == '\n' || !c.is_control())
            .collect();
        let note = note.trim();
        if note.chars().count() > Self::LONGEST_NOTE {
            return Err(InvalidContact::LongNote);
        }
        let note = (!note.is_empty()).then(|| note.to_owned());
        Ok(Self { note, ..self })
    }

    /// Who collects.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// An e-mail address or a telephone number.
    #[must_use]
    pub fn reach(&self) -> &str {
        &self.reach
    }

    /// The same, for somebody who is spoken to in this language. It is kept with what is
    /// written to them, and not with the order.
    #[must_use]
    pub fn in_language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// In which language they are written to.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// What they want to say.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The e-mail address, where it is one.
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

/// Something, an `@`, and a host with a dot: whether mail arrives, only mail can tell.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else {
        return false;
    };
    text.chars().count() <= Contact::LONGEST
        && !local.is_empty()
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';'))
        && !local.contains('@')
        && host.contains('.')
        && host.split('.').all(|part| !part.is_empty())
}

/// Six to fifteen digits (E.164 has at most fifteen), with the usual marks between them.
fn is_telephone(text: &str) -> bool {
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
    fn a_name_and_a_way_to_reach_make_a_contact() {
        for reach in [
            "ann@example.org",
            "a.b+c@mail.example.co.uk",
            "+44 20 7946 0000",
            "(030) 123-456",
            "李@例子.中国",
        ] {
            let contact = Contact::parse(" Ann Ō’Neil ", reach).unwrap();
            assert_eq!((contact.name(), contact.reach()), ("Ann Ō’Neil", reach));
            assert_eq!(contact.email(), Some(reach).filter(|it| it.contains('@')));
        }
    }

    #[test]
    fn a_note_is_a_few_lines_or_none() {
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
    fn anything_else_is_refused_with_a_reason() {
        let long = "x".repeat(10_000);
        for (name, reach, why) in [
            ("", "ann@example.org", InvalidContact::NoName),
            (" \n ", "ann@example.org", InvalidContact::NoName),
            (&long, "ann@example.org", InvalidContact::LongName),
            ("Ann\0", "ann@example.org", InvalidContact::OddName),
            ("Ann\r\nBcc: x", "ann@example.org", InvalidContact::OddName),
            ("Ann", "", InvalidContact::NoReach),
            ("Ann", "ann", InvalidContact::NoReach),
            ("Ann", "@example.org", InvalidContact::NoReach),
            ("Ann", "ann@example", InvalidContact::NoReach),
            ("Ann", "ann@exa mple.org", InvalidContact::NoReach),
            ("Ann", "a@b@example.org", InvalidContact::NoReach),
            (
                "Ann",
                "ann@example.org\nBcc: x@example.org",
                InvalidContact::NoReach,
            ),
            ("Ann", "12345", InvalidContact::NoReach),
            ("Ann", "1234567890123456", InvalidContact::NoReach),
            (
                "Ann",
                &format!("{long}@example.org"),
                InvalidContact::NoReach,
            ),
        ] {
            assert_eq!(Contact::parse(name, reach), Err(why));
        }
    }

    #[test]
    fn a_contact_does_not_show_in_logs() {
        let contact = Contact::parse("Ann", "ann@example.org").unwrap();
        assert_eq!(format!("{contact:?}"), "Contact(…)");
    }
}
