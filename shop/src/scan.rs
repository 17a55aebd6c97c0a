//! What a scanner or a person types to name a book at the counter.

use std::str::FromStr;

use crate::{InvalidIsbn, Isbn, Slug};

/// The books that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scan {
    /// One ISBN, or several books that were scanned before Enter arrived: one copy of each.
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
    /// The same ISBN follows itself: nobody can tell whether one copy was meant or two.
    #[error("the same ISBN came twice")]
    Twice,
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

    /// Parses an ISBN in any notation, the ISBN-13 of several books without anything between them, or a
    /// slug.
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
    let isbns = isbns.collect::<Result<Vec<_>, _>>();
    let isbns = isbns.map_err(|why| match why {
        InvalidIsbn::Shape => InvalidScan::Shape,
        InvalidIsbn::Check => InvalidScan::Check,
    })?;
    if isbns.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(InvalidScan::Twice);
    }
    Ok(Scan::Isbns(isbns))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ISBN: &str = "9780306406157";

    const OTHER: &str = "9780140328721";

    fn isbns(texts: &[&str]) -> Result<Scan, InvalidScan> {
        let isbns = texts.iter().map(|text| Isbn::parse(text).unwrap());
        Ok(Scan::Isbns(isbns.collect()))
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
            assert_eq!(text.parse(), isbns(&[ISBN]), "{text:?}");
        }
    }

    #[test]
    fn books_that_are_scanned_before_enter_are_told_apart_and_one_twice_is_refused() {
        assert_eq!(format!("{ISBN}{OTHER}").parse(), isbns(&[ISBN, OTHER]));
        let twice = format!("{ISBN}{ISBN}");
        assert_eq!(twice.parse::<Scan>(), Err(InvalidScan::Twice));
        let pairs = format!("{ISBN}{OTHER}").repeat(Scan::MOST / 2);
        assert!(pairs.parse::<Scan>().is_ok());
        let too_many = format!("{pairs}{ISBN}");
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
