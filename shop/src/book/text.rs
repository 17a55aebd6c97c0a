//! The texts of a book's fields: read from a form, and written into one.

use super::{Book, BookField, InvalidBookText};
use crate::{InvalidIsbn, Isbn, Price};

impl Book {
    /// The text of a field, from which [`Self::set`] makes the same value.
    #[must_use]
    pub fn text(&self, field: BookField) -> String {
        match field {
            BookField::Title => self.title.clone(),
            BookField::Author => self.author.clone(),
            BookField::Isbn => {
                let isbn = self.isbn.as_ref().map(Isbn::as_str);
                isbn.unwrap_or_default().to_owned()
            }
            BookField::Description => self.description.clone(),
            BookField::CoverAlt => self.cover_alt.clone(),
            BookField::Price => self.price.minor_text(),
            BookField::Subtitle
            | BookField::Contributor(_)
            | BookField::Publisher
            | BookField::Published
            | BookField::Format
            | BookField::Language
            | BookField::Pages
            | BookField::Subjects => self.facts.text(field),
        }
    }

    /// Sets a field from its text. Ignores surrounding white space.
    ///
    /// # Errors
    /// [`InvalidBookText`], with the field unchanged.
    pub fn set(&mut self, field: BookField, text: &str) -> Result<(), InvalidBookText> {
        match field {
            BookField::Title => self.title = line(field, text)?.ok_or(InvalidBookText::Missing)?,
            BookField::Author => self.author = line(field, text)?.unwrap_or_default(),
            BookField::Isbn => {
                let isbn = line(field, text)?.as_deref().map(Isbn::parse).transpose();
                self.isbn = isbn.map_err(|why| match why {
                    InvalidIsbn::Shape => InvalidBookText::NotAnIsbn,
                    InvalidIsbn::Check => InvalidBookText::WrongDigit,
                })?;
            }
            BookField::Description => self.description = lines(field, text)?,
            BookField::CoverAlt => self.cover_alt = line(field, text)?.unwrap_or_default(),
            BookField::Price => {
                // In the smallest unit: a form's text is read with the currency before.
                self.price =
                    Price::from_minor_text(text.trim()).ok_or(InvalidBookText::NotAPrice)?;
            }
            BookField::Subtitle
            | BookField::Contributor(_)
            | BookField::Publisher
            | BookField::Published
            | BookField::Format
            | BookField::Language
            | BookField::Pages
            | BookField::Subjects => self.facts.set(field, text)?,
        }
        Ok(())
    }
}

/// One line of text, or `None` if it is blank.
pub(crate) fn line(field: BookField, text: &str) -> Result<Option<String>, InvalidBookText> {
    let text = lines(field, text)?;
    match text.contains('\n') {
        true => Err(InvalidBookText::OddCharacter),
        false => Ok(Some(text).filter(|text| !text.is_empty())),
    }
}

/// Text of several lines. The same characters are refused in a catalogue file.
fn lines(field: BookField, text: &str) -> Result<String, InvalidBookText> {
    let text = text.trim().replace("\r\n", "\n").replace('\r', "\n");
    let odd = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if text.chars().any(odd) {
        return Err(InvalidBookText::OddCharacter);
    }
    let most = field.most_chars();
    if text.chars().nth(most as usize).is_some() {
        return Err(InvalidBookText::TooLong { most });
    }
    Ok(text.replace('\t', " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BookFacts, ContributorRole, Slug};

    fn book() -> Book {
        Book {
            slug: Slug::parse("drop").unwrap(),
            title: "The Drop".to_owned(),
            author: "Ann".to_owned(),
            isbn: None,
            facts: BookFacts::default(),
            description: String::new(),
            cover_alt: String::new(),
            price: Price::from_cents(2_000),
        }
    }

    /// A text for every field.
    const TEXTS: [(BookField, &str); 14] = [
        (BookField::Title, "The Drop, again"),
        (BookField::Subtitle, "A Memoir"),
        (BookField::Author, "Ann & Ben"),
        (
            BookField::Contributor(ContributorRole::Illustrator),
            "Jane Doe; John Roe",
        ),
        (BookField::Isbn, "9780306406157"),
        (BookField::Publisher, "Owl"),
        (BookField::Published, "2026-05-12"),
        (BookField::Format, "hardback"),
        (BookField::Language, "zh-Hans"),
        (BookField::Pages, "320"),
        (BookField::Subjects, "History; Trains"),
        (BookField::Description, "One.\n\nTwo."),
        (BookField::CoverAlt, "A <cat>"),
        (BookField::Price, "1995"),
    ];

    #[test]
    fn a_text_is_written_as_it_is_read() {
        let mut full = book();
        for (field, text) in TEXTS {
            full.set(field, &format!(" {text}\r\n")).unwrap();
            assert_eq!(full.text(field), text);
        }
        let (mut emptied, before) = (full.clone(), full.clone());
        for (field, text) in TEXTS {
            emptied.set(field, text).unwrap();
        }
        assert_eq!(emptied, before, "the same texts change nothing");
        for (field, _) in TEXTS {
            let must_stay = [BookField::Title, BookField::Price].contains(&field);
            assert_eq!(emptied.set(field, " ").is_err(), must_stay, "{field:?}");
        }
        assert!(emptied.facts.is_empty() && emptied.isbn.is_none());
    }

    #[test]
    fn an_isbn_of_ten_digits_is_converted() {
        let mut book = book();
        book.set(BookField::Isbn, "0-306-40615-2").unwrap();
        assert_eq!(book.text(BookField::Isbn), "9780306406157");
    }

    #[test]
    fn an_invalid_text_changes_nothing_and_says_why() {
        for (field, text, why) in [
            (BookField::Title, "", InvalidBookText::Missing),
            (BookField::Title, "a\nb", InvalidBookText::OddCharacter),
            (
                BookField::Author,
                "a\u{202e}b",
                InvalidBookText::OddCharacter,
            ),
            (BookField::Isbn, "12", InvalidBookText::NotAnIsbn),
            (
                BookField::Isbn,
                "9780306406158",
                InvalidBookText::WrongDigit,
            ),
            (BookField::Published, "soon", InvalidBookText::NotADate),
            (BookField::Format, "scroll", InvalidBookText::NotAFormat),
            (
                BookField::Language,
                "English",
                InvalidBookText::NotALanguage,
            ),
            (BookField::Pages, "0", InvalidBookText::NotANumber),
            (BookField::Pages, "+5", InvalidBookText::NotANumber),
            (BookField::Price, "cheap", InvalidBookText::NotAPrice),
        ] {
            let mut book = book();
            assert_eq!(book.set(field, text), Err(why), "{field:?} {text:?}");
            assert_eq!(book, self::book());
        }
        let long = "x".repeat(301);
        let why = InvalidBookText::TooLong { most: 300 };
        assert_eq!(book().set(BookField::Title, &long), Err(why));
    }
}
