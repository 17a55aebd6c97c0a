//! The names of a book's fields, and the values that are words, in the reader's language.

use shop::{
    Book, BookField, BookFormat, ContributorRole, Language, LanguageTag, PublishingDate, Timestamp,
    Zone,
};

use crate::i18n::{day_in, number};

/// The name of a field.
pub(crate) fn field_name(language: Language, field: BookField) -> &'static str {
    match field {
        BookField::Title => say!(language, books.title),
        BookField::Subtitle => say!(language, books.subtitle),
        BookField::Author => say!(language, books.author),
        BookField::Contributor(ContributorRole::Editor) => say!(language, books.editor),
        BookField::Contributor(ContributorRole::Translator) => say!(language, books.translator),
        BookField::Contributor(ContributorRole::Illustrator) => say!(language, books.illustrator),
        BookField::Contributor(ContributorRole::Photographer) => {
            say!(language, books.photographer)
        }
        BookField::Contributor(ContributorRole::Foreword) => say!(language, books.foreword),
        BookField::Contributor(ContributorRole::Narrator) => say!(language, books.narrator),
        BookField::Isbn => say!(language, books.isbn),
        BookField::Publisher => say!(language, books.publisher),
        BookField::Published => say!(language, books.published),
        BookField::Format => say!(language, books.format),
        BookField::Language => say!(language, books.language),
        BookField::Pages => say!(language, books.pages),
        BookField::Subjects => say!(language, books.subjects),
        BookField::Description => say!(language, books.description),
        BookField::CoverAlt => say!(language, books.cover_alt),
        BookField::Price => say!(language, desk.price),
    }
}

/// The name of a format.
pub(crate) fn format_name(language: Language, format: BookFormat) -> &'static str {
    match format {
        BookFormat::Hardback => say!(language, books.hardback),
        BookFormat::Paperback => say!(language, books.paperback),
        BookFormat::BoardBook => say!(language, books.board_book),
        BookFormat::SpiralBound => say!(language, books.spiral_bound),
        BookFormat::Audiobook => say!(language, books.audiobook),
    }
}

/// The value of a field, as a reader is told it. Empty if it is unknown.
pub(crate) fn shown_value(language: Language, book: &Book, field: BookField) -> String {
    let facts = &book.facts;
    let between = say!(language, format.between);
    match field {
        BookField::Contributor(role) => {
            let names = facts.contributors.get(&role);
            names.map_or_else(String::new, |names| names.join(between))
        }
        BookField::Subjects => facts.subjects.join(between),
        BookField::Published => {
            let date = facts.published;
            date.map_or_else(String::new, |date| written_date(language, date))
        }
        BookField::Format => {
            let name = facts.format.map(|format| format_name(language, format));
            name.unwrap_or_default().to_owned()
        }
        BookField::Language => {
            let tag = facts.language.as_ref();
            tag.map_or_else(String::new, |tag| language_name(language, tag))
        }
        BookField::Pages => {
            let pages = facts.pages;
            pages.map_or_else(String::new, |pages| {
                number(language, pages.get()).to_string()
            })
        }
        field => book.text(field),
    }
}

/// A day as the language writes it, the same in every time zone. A year or a month is written in
/// digits.
fn written_date(language: Language, date: PublishingDate) -> String {
    let written = date.to_string();
    let midnight = date
        .is_a_day()
        .then(|| format!("{written}T00:00:00Z").parse::<Timestamp>().ok());
    // There are no times before 1970.
    let midnight = midnight.flatten();
    midnight.map_or(written, |at| day_in(language, &Zone::default(), at))
}

/// The name of a language, or its tag if it has no name here.
fn language_name(language: Language, tag: &LanguageTag) -> String {
    let tag = tag.as_str();
    let name = match tag.split('-').next().unwrap_or_default() {
        "ar" => say!(language, books.in_arabic),
        "zh" => say!(language, books.in_chinese),
        "nl" => say!(language, books.in_dutch),
        "en" => say!(language, books.in_english),
        "fr" => say!(language, books.in_french),
        "de" => say!(language, books.in_german),
        "it" => say!(language, books.in_italian),
        "ja" => say!(language, books.in_japanese),
        "ko" => say!(language, books.in_korean),
        "pt" => say!(language, books.in_portuguese),
        "ru" => say!(language, books.in_russian),
        "es" => say!(language, books.in_spanish),
        _ => tag,
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_exactly_as_it_is_known() {
        let written = |text: &str| written_date(Language::English, text.parse().unwrap());
        assert_eq!(written("2026-05-12"), "12 May 2026");
        assert_eq!(written("2026-05"), "2026-05");
        assert_eq!(written("1605-01-16"), "1605-01-16");
    }

    #[test]
    fn a_language_without_a_name_is_shown_as_its_tag() {
        let name = |tag: &str| language_name(Language::English, &tag.parse().unwrap());
        assert_eq!(name("pt-BR"), "Portuguese");
        assert_eq!(name("gsw"), "gsw");
    }
}
