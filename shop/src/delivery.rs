//! A delivery to the catalogue: some lines of a list of books, each as far as it says
//! anything, and what becomes of each.

use std::{fmt, num::NonZeroI32, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Isbn, Price, Slug};

/// The name of one import: 128 random bits, written as hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ImportId(u128);

/// A text that is no [`ImportId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an import is named by 32 lower-case hexadecimal digits")]
pub struct InvalidImportId;

impl ImportId {
    /// The one with these bits.
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
        let digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 32 || !text.bytes().all(digit) {
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

/// Some lines of an import, in the order of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Of which import.
    pub import: ImportId,
    /// The last row that was looked at for this, with an entry or without.
    pub upto: u32,
    /// The lines.
    pub entries: Vec<Entry>,
}

/// What a line says of a book. What it does not say stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its row in the list; the one with the headings is 1.
    pub row: u32,
    /// The book's name, where the line says it.
    pub slug: Option<Slug>,
    /// The name that it gets where it is new and none was said.
    pub made: Slug,
    /// The number on its back. Without a name it also tells which book is meant.
    pub isbn: Option<Isbn>,
    /// The title on the cover.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// A paragraph for its page.
    pub description: Option<String>,
    /// What the cover's picture shows.
    pub cover_alt: Option<String>,
    /// What one copy costs.
    pub price: Option<Price>,
    /// What has become of its copies.
    pub copies: Option<Copies>,
}

/// What a line says of a book's copies: never simply a number that replaces another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copies {
    /// So many came, or so many are gone.
    Change(NonZeroI32),
    /// So many were in the shop when the file was announced, those included that are set aside.
    Counted(u32),
}

/// A part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// The line as a whole.
    Line,
    /// The book's name in addresses.
    Slug,
    /// The number on its back.
    Isbn,
    /// The title.
    Title,
    /// Who wrote it.
    Author,
    /// The paragraph for its page.
    Description,
    /// What the cover's picture shows.
    CoverAlt,
    /// What one copy costs.
    Price,
    /// In which money.
    Currency,
    /// By how many copies its stock changes.
    Stock,
    /// How many copies there are.
    Counted,
    /// The picture on the front, which is no column of a list.
    Cover,
}

impl Column {
    /// Every one that a list may have.
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

    /// Its heading.
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

/// Why a line was not taken in. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Trouble {
    /// It has more or fewer cells than there are headings.
    Cells {
        /// How many there should be.
        expected: u32,
        /// How many there are.
        found: u32,
    },
    /// Its bytes are no text in the file's encoding.
    Encoding,
    /// It is longer than anything of its kind.
    TooLong {
        /// How many characters it may have.
        most: u32,
    },
    /// It has characters that are none, or more than one line where one is wanted.
    Characters,
    /// A new book needs it.
    Missing,
    /// It is none.
    Invalid,
    /// One of the number's digits is wrong.
    WrongDigit,
    /// Copies are changed by `+5` or `-2`; what was counted has a column of its own.
    NoSign,
    /// There cannot be fewer copies than none.
    Negative,
    /// There is a change and a count, and nobody knows which came first.
    ChangeAndCount,
    /// It is not this shop's money.
    OtherMoney,
    /// Another row has it.
    Twice {
        /// Which one.
        row: u32,
    },
    /// Another book has this number.
    AnotherBook {
        /// Which one.
        book: Slug,
    },
    /// So many copies are promised to carts and orders, and must stay.
    Promised {
        /// How many.
        promised: u32,
    },
    /// More copies of one book than can be counted.
    TooManyCopies,
    /// The book is not sold any more, so that no copy of it can come.
    Withdrawn,
    /// There is no book of this name or number.
    NoSuchBook,
    /// It is no picture of a kind that is known, or not all of one.
    NoPicture,
    /// It is larger than a picture may be.
    TooLarge {
        /// How many megabytes that is.
        most: u32,
    },
    /// It has more pixels than a picture may have.
    TooManyPixels {
        /// How many millions that is.
        most: u32,
    },
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landing {
    /// In which row it stands.
    pub row: u32,
    /// Of which book it is.
    pub book: Slug,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The book is new.
    Added,
    /// It is there, and this was changed.
    Changed(Vec<Column>),
    /// It is there, just like this.
    Unchanged,
    /// It cannot be.
    Refused(Column, Trouble),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_is_named_by_its_digits() {
        let id = ImportId::from_bits(0x1f);
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in ["", "1f", &"F".repeat(32), &"0".repeat(33), &"+".repeat(32)] {
            assert_eq!(bad.parse::<ImportId>(), Err(InvalidImportId), "{bad:?}");
        }
    }
}
