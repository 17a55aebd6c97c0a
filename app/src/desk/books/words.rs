//! What to enter into a field of a book, and what is wrong with one, in the reader's language.

use shop::{BookField, InvalidBookText, Language};

use crate::{book::field_words::field_name, i18n::number};

/// The names of these fields, as the journal keeps them. A field of a later release has no words
/// here.
pub(in crate::desk) fn field_names(language: Language, fields: &[String]) -> String {
    let names: Vec<&str> = fields
        .iter()
        .map(|name| match BookField::named(name) {
            Some(field) => field_name(language, field),
            None => name.as_str(),
        })
        .collect();
    names.join(say!(language, format.between))
}

/// What to enter into a field, if its name does not say it.
pub(super) fn hint(language: Language, field: BookField) -> Option<&'static str> {
    match field {
        BookField::Contributor(_) | BookField::Subjects => Some(say!(language, books.several_hint)),
        BookField::Isbn => Some(say!(language, books.isbn_hint)),
        BookField::Published => Some(say!(language, books.published_hint)),
        BookField::Language => Some(say!(language, books.language_hint)),
        BookField::CoverAlt => Some(say!(language, books.cover_alt_hint)),
        BookField::Title
        | BookField::Subtitle
        | BookField::Author
        | BookField::Publisher
        | BookField::Format
        | BookField::Pages
        | BookField::Description
        | BookField::Price => None,
    }
}

/// What is wrong with a field, as a sentence.
pub(super) fn problem(language: Language, field: BookField, why: InvalidBookText) -> String {
    let field = field_name(language, field);
    match why {
        InvalidBookText::Missing => say!(language, settings.missing, field),
        InvalidBookText::OddCharacter => say!(language, settings.odd_character, field),
        InvalidBookText::TooLong { most } => {
            say!(
                language,
                books.too_long,
                field,
                most = number(language, most)
            )
        }
        InvalidBookText::NotAnIsbn => say!(language, books.not_an_isbn, field),
        InvalidBookText::WrongDigit => say!(language, books.wrong_digit, field),
        InvalidBookText::NotADate => say!(language, books.not_a_date, field),
        InvalidBookText::NotAFormat => say!(language, books.not_a_format, field),
        InvalidBookText::NotALanguage => say!(language, books.not_a_language, field),
        InvalidBookText::NotANumber => say!(language, books.not_pages, field),
        InvalidBookText::NotAPrice => say!(language, desk.wrong_price).to_owned(),
    }
}
