//! Catalogue imports: the lines of a file, and the result of importing each.

use std::{fmt, num::NonZeroI32, str::FromStr};

use from_json::FromJson;
use serde::{Deserialize, Serialize};

use crate::{Isbn, Price, Slug};

/// The id of an import: 128 random bits, written as 32 hexadecimal digits.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson,
)]
#[serde(try_from = "String", into = "String")]
pub struct ImportId(u128);

/// Why a text is not an [`ImportId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an import's id is 32 lower-case hexadecimal digits")]
pub struct InvalidImportId;

impl ImportId {
    /// The id with these bits.
    #[must_use]
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }
}

impl fmt::Display for ImportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for ImportId {
    type Err = InvalidImportId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 32 || !text.bytes().all(is_digit) {
            return Err(InvalidImportId);
        }
        let bits = u128::from_str_radix(text, 16);
        bits.map(Self).map_err(|_| InvalidImportId)
    }
}

impl TryFrom<String> for ImportId {
    type Error = InvalidImportId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ImportId> for String {
    fn from(id: ImportId) -> Self {
        id.to_string()
    }
}

/// Consecutive lines of an import, imported by one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportBatch {
    /// The import.
    pub import: ImportId,
    /// The last row that this delivery covers, whether or not it has an entry.
    pub upto: u32,
    /// The lines, in the order of their rows.
    pub entries: Vec<Entry>,
}

/// One line about a book. A value that is absent leaves the book's value unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The row in the file. The headings are row 1.
    pub row: u32,
    /// The slug, if the line has one.
    pub slug: Option<Slug>,
    /// The slug for a new book whose line has none.
    pub made: Slug,
    /// The ISBN. It identifies the book if the line has no slug.
    pub isbn: Option<Isbn>,
    /// The title.
    pub title: Option<String>,
    /// The author or authors.
    pub author: Option<String>,
    /// A paragraph for the book's page.
    pub description: Option<String>,
    /// The alternative text of the cover picture.
    pub cover_alt: Option<String>,
    /// The price of one copy.
    pub price: Option<Price>,
    /// A change or a count of its copies.
    pub copies: Option<Copies>,
}

/// A line's statement about a book's copies, as a change or a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copies {
    /// This many copies arrived (positive) or left (negative).
    Change(NonZeroI32),
    /// This many copies were in the shop when the file was announced, including set-aside ones.
    Counted(u32),
}

/// A column of an import file, or another part of an import that can be at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// The line as a whole.
    Line,
    /// The slug.
    Slug,
    /// The ISBN.
    Isbn,
    /// The title.
    Title,
    /// The author or authors.
    Author,
    /// The paragraph for the book's page.
    Description,
    /// The alternative text of the cover picture.
    CoverAlt,
    /// The price of one copy.
    Price,
    /// The currency of the price.
    Currency,
    /// The change in copies.
    Stock,
    /// The number of copies counted.
    Counted,
    /// The cover picture, which is not a column.
    Cover,
}

impl Column {
    /// Every column that a file may have.
    pub const ALL: [Self; 10] = [
        Self::Slug,
        Self::Isbn,
        Self::Title,
        Self::Author,
        Self::Description,
        Self::CoverAlt,
        Self::Price,
        Self::Currency,
        Self::Stock,
        Self::Counted,
    ];

    /// The heading of the column.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Line => "",
            Self::Slug => "slug",
            Self::Isbn => "isbn",
            Self::Title => "title",
            Self::Author => "author",
            Self::Description => "description",
            Self::CoverAlt => "cover_alt",
            Self::Price => "price",
            Self::Currency => "currency",
            Self::Stock => "stock",
            Self::Counted => "counted",
            Self::Cover => "cover",
        }
    }
}

/// Why a line or picture was refused. Nothing of a refused line is imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum LineProblem {
    /// The number of cells differs from the number of headings.
    Cells {
        /// The number of headings.
        expected: u32,
        /// The number of cells.
        found: u32,
    },
    /// The bytes are not valid in the file's encoding.
    Encoding,
    /// The value is too long.
    TooLong {
        /// The most characters.
        most: u32,
    },
    /// The value has invalid characters, or line breaks where one line is required.
    Characters,
    /// The value is required for a new book.
    Missing,
    /// The value is not valid for its column.
    Invalid,
    /// The ISBN's check digit does not match.
    WrongDigit,
    /// The change has no sign, as in `5` for `+5`. Counts have a column of their own.
    NoSign,
    /// The number of copies would be negative.
    Negative,
    /// The line has both a change and a count, so their order is unknown.
    ChangeAndCount,
    /// The currency is not the shop's.
    OtherMoney,
    /// The amount has more decimals than the shop's currency.
    TooManyDecimals,
    /// Another row has the same value.
    Twice {
        /// The other row.
        row: u32,
    },
    /// Another book has this ISBN.
    AnotherBook {
        /// The other book.
        book: Slug,
    },
    /// The stock would fall below the copies promised to carts and orders.
    Promised {
        /// The copies in carts and open orders.
        promised: u32,
    },
    /// The number of copies would overflow.
    TooManyCopies,
    /// The book is withdrawn from sale, so no copies can be added.
    Withdrawn,
    /// There is no book with this slug or ISBN.
    NoSuchBook,
    /// The file is not a picture of a supported type, or is incomplete.
    NoPicture,
    /// The picture's file is too large.
    TooLarge {
        /// The most megabytes.
        most: u32,
    },
    /// The picture has too many pixels.
    TooManyPixels {
        /// The most pixels, in millions.
        most: u32,
    },
}

/// The result of importing a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineResult {
    /// The row in the file.
    pub row: u32,
    /// The book.
    pub book: Slug,
    /// What happened to the line.
    pub outcome: Outcome,
}

/// What happened to a line of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A new book was added.
    Added,
    /// These columns of a known book were changed.
    Changed(Vec<Column>),
    /// The book already matched the line.
    Unchanged,
    /// The line was refused because of this column.
    Refused(Column, LineProblem),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_parsed_as_it_is_displayed() {
        let id = ImportId::from_bits(0x1f);
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in ["", "1f", &"F".repeat(32), &"0".repeat(33), &"+".repeat(32)] {
            assert_eq!(bad.parse::<ImportId>(), Err(InvalidImportId), "{bad:?}");
        }
    }
}
