//! What a scanner or a person types to name a book at the counter.

use std::str::FromStr;

use crate::{InvalidIsbn, Isbn, Slug};

/// The books that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scan {
    /// One ISBN, or several that were scanned before Enter arrived: one copy for each.
    Isbns(Vec<Isbn>),
    /// A book's slug.
    Slug(Slug),
}

/// Why a text names no book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidScan {
    /// It has the form neither of an ISBN nor of a slug.
    #[error("this is neither an ISBN nor the name of a book")]
    Shape,
    /// A digit of an ISBN is wrong.
    #[error("a digit of the ISBN is wrong")]
    Check,
}

impl Scan {
    /// The most ISBNs in one text.
    const MOST: usize = 20;
    const ISBN_DIGITS: usize = 13;
    /// A number as long as this was meant to be an ISBN, although a slug may have any digits.
    const LIKE_AN_ISBN: usize = 10;
}

impl FromStr for Scan {
    type Err = InvalidScan;

    /// Parses an ISBN in any notation, several ISBN-13 without anything between them, or a slug.
    /// Ignores surrounding white space and the case of a slug.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        match Isbn::parse(text) {
            Ok(isbn) => return Ok(Self::Isbns(vec![isbn])),
            Err(InvalidIsbn::Check) => return Err(InvalidScan::Check),
            Err(InvalidIsbn::Shape) => {}
        }
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && text.len() >= Self::LIKE_AN_ISBN {
            return several(text);
        }
        let slug = Slug::parse(&text.to_ascii_lowercase());
        slug.map(Self::Slug).map_err(|_| InvalidScan::Shape)
    }
}

/// Reads digits as ISBN-13 that follow one another.
fn several(digits: &str) -> Result<Scan, InvalidScan> {
    let count = digits.len() / Scan::ISBN_DIGITS;
    if !digits.len().is_multiple_of(Scan::ISBN_DIGITS) || count > Scan::MOST {
        return Err(InvalidScan::Shape);
    }
    let isbns = (0..count).map(|at| {
        let from = at * Scan::ISBN_DIGITS;
        Isbn::parse(&digits[from..from + Scan::ISBN_DIGITS])
    });
    let isbns = isbns.collect::<Result<_, _>>().map_err(|why| match why {
        InvalidIsbn::Shape => InvalidScan::Shape,
        InvalidIsbn::Check => InvalidScan::Check,
    })?;
    Ok(Scan::Isbns(isbns))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ISBN: &str = "9780306406157";

    fn isbns(count: usize) -> Result<Scan, InvalidScan> {
        Ok(Scan::Isbns(vec![Isbn::parse(ISBN).unwrap(); count]))
    }

    #[test]
    fn an_isbn_is_read_in_every_notation() {
        for text in [
            ISBN,
            " 9780306406157\r\n",
            "978-0-306-40615-7",
            "0306406152",
            "0-306-40615-2",
        ] {
            assert_eq!(text.parse(), isbns(1), "{text:?}");
        }
    }

    #[test]
    fn a_book_that_is_scanned_twice_before_enter_is_two_copies() {
        assert_eq!(format!("{ISBN}{ISBN}").parse(), isbns(2));
        assert_eq!(ISBN.repeat(Scan::MOST).parse(), isbns(Scan::MOST));
        let too_many = ISBN.repeat(Scan::MOST + 1);
        assert_eq!(too_many.parse::<Scan>(), Err(InvalidScan::Shape));
        let wrong = format!("{ISBN}9780306406158");
        assert_eq!(wrong.parse::<Scan>(), Err(InvalidScan::Check));
    }

    #[test]
    fn anything_else_is_a_slug_or_refused() {
        for text in ["small-hours", "Small-Hours ", "1984"] {
            let slug = Slug::parse(&text.trim().to_lowercase()).unwrap();
            assert_eq!(text.parse(), Ok(Scan::Slug(slug)), "{text:?}");
        }
        for text in [
            "",
            " ",
            "small hours",
            "é",
            "97803064061",
            "<b>",
            "978030640615798",
        ] {
            assert_eq!(text.parse::<Scan>(), Err(InvalidScan::Shape), "{text:?}");
        }
        assert_eq!("9780306406158".parse::<Scan>(), Err(InvalidScan::Check));
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in ".{0,40}", digits in "[0-9]{0,300}") {
            let _ = (text.parse::<Scan>(), digits.parse::<Scan>());
        }
    }
}
