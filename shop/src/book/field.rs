//! The fields of a book that the shop describes, and what can be wrong with the text of one.

use super::ContributorRole;

/// A field of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BookField {
    /// The title.
    Title,
    /// The subtitle.
    Subtitle,
    /// The author or authors.
    Author,
    /// The people with a role, other than the authors.
    Contributor(ContributorRole),
    /// The ISBN.
    Isbn,
    /// The publisher.
    Publisher,
    /// When it was or will be published.
    Published,
    /// The binding or the medium.
    Format,
    /// The language of the text.
    Language,
    /// The number of pages.
    Pages,
    /// The subjects.
    Subjects,
    /// The paragraph for the book's page.
    Description,
    /// The alternative text of the cover picture.
    CoverAlt,
    /// The price of one copy.
    Price,
}

impl BookField {
    /// Every field but the price, which has a form of its own, in the order of the form.
    pub const DESCRIBED: [Self; 18] = [
        Self::Title,
        Self::Subtitle,
        Self::Author,
        Self::Contributor(ContributorRole::Editor),
        Self::Contributor(ContributorRole::Translator),
        Self::Contributor(ContributorRole::Illustrator),
        Self::Contributor(ContributorRole::Photographer),
        Self::Contributor(ContributorRole::Foreword),
        Self::Contributor(ContributorRole::Narrator),
        Self::Isbn,
        Self::Publisher,
        Self::Published,
        Self::Format,
        Self::Language,
        Self::Pages,
        Self::Subjects,
        Self::Description,
        Self::CoverAlt,
    ];

    /// The field's name in forms, in the data and in the journal.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Subtitle => "subtitle",
            Self::Author => "author",
            Self::Contributor(role) => role.as_str(),
            Self::Isbn => "isbn",
            Self::Publisher => "publisher",
            Self::Published => "published",
            Self::Format => "format",
            Self::Language => "language",
            Self::Pages => "pages",
            Self::Subjects => "subjects",
            Self::Description => "description",
            Self::CoverAlt => "cover_alt",
            Self::Price => "price",
        }
    }

    /// The field with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::DESCRIBED.into_iter().chain([Self::Price]);
        all.find(|field| field.name() == name)
    }

    /// The most characters in the field's text.
    #[must_use]
    pub const fn most_chars(self) -> u32 {
        match self {
            Self::Title | Self::Subtitle => 300,
            Self::Author | Self::Contributor(_) | Self::Publisher => 200,
            Self::Subjects | Self::CoverAlt => 500,
            Self::Description => 10_000,
            Self::Isbn
            | Self::Published
            | Self::Format
            | Self::Language
            | Self::Pages
            | Self::Price => 40,
        }
    }
}

/// Why the text of a field is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBookText {
    /// The field must not be empty.
    #[error("must not be empty")]
    Missing,
    /// The text has a line break where one line is required, a control character, or one that
    /// changes the text direction.
    #[error("has a character that cannot be used")]
    OddCharacter,
    /// The text is too long.
    #[error("at most {most} characters")]
    TooLong {
        /// The most characters.
        most: u32,
    },
    /// The text does not have the form of an ISBN.
    #[error("not an ISBN")]
    NotAnIsbn,
    /// The ISBN's check digit does not match.
    #[error("a digit of the ISBN is wrong")]
    WrongDigit,
    /// The text is not a date.
    #[error("not a date, as in 2026, 2026-05 or 2026-05-12")]
    NotADate,
    /// There is no such format.
    #[error("not a format")]
    NotAFormat,
    /// The text is not a language tag.
    #[error("not a language, as in en or zh-Hans")]
    NotALanguage,
    /// The text is not a number of pages.
    #[error("not a number of pages")]
    NotANumber,
    /// The text is not a price.
    #[error("not a price, as in 20 or 19.95")]
    NotAPrice,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_name() {
        for field in BookField::DESCRIBED.into_iter().chain([BookField::Price]) {
            assert_eq!(BookField::named(field.name()), Some(field));
        }
        assert_eq!(BookField::named("shelf_mark"), None);
    }
}
