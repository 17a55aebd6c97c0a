//! The number on the back of a book.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

/// An ISBN-13: thirteen digits, of which the first three are 978 or 979 and the last
/// checks the others (ISO 2108).
///
/// Kept and shown as bare digits: where hyphens belong depends on ranges that are
/// given out anew every few months.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Isbn(Arc<str>);

/// Why a text is not an [`Isbn`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIsbn {
    /// It has another shape.
    #[error("an ISBN has thirteen digits and begins with 978 or 979, or it is an old one of ten")]
    Shape,
    /// A digit is wrong, or two have changed places.
    #[error("one of this ISBN's digits is wrong: the last one does not fit the others")]
    Check,
}

impl Isbn {
    /// Reads an ISBN with or without hyphens and spaces. An ISBN-10, as older books
    /// have it, is read as the ISBN-13 that it has become.
    ///
    /// # Errors
    /// [`InvalidIsbn`] when it is none.
    pub fn parse(text: &str) -> Result<Self, InvalidIsbn> {
        // No longer than any way of writing one, before anything is copied.
        if text.len() > 40 {
            return Err(InvalidIsbn::Shape);
        }
        let bare: String = text
            .trim()
            .chars()
            .filter(|c| !matches!(c, ' ' | '-' | '\u{2010}'..='\u{2013}'))
            .collect();
        match bare.len() {
            13 if digits(&bare) && (bare.starts_with("978") || bare.starts_with("979")) => {
                if bare.ends_with(check_digit(&bare[..12])) {
                    Ok(Self(bare.into()))
                } else {
                    Err(InvalidIsbn::Check)
                }
            }
            10 if bare.get(..9).is_some_and(digits) => Self::from_ten(&bare),
            _ => Err(InvalidIsbn::Shape),
        }
    }

    fn from_ten(bare: &str) -> Result<Self, InvalidIsbn> {
        let (rest, check) = bare.split_at(9);
        let check = match check {
            "X" | "x" => 10,
            digit => digit.parse().map_err(|_| InvalidIsbn::Shape)?,
        };
        let weighed: u32 = values(rest).zip((2..=10).rev()).map(|(v, w)| v * w).sum();
        if !(weighed + check).is_multiple_of(11) {
            return Err(InvalidIsbn::Check);
        }
        let twelve = format!("978{rest}");
        let check = check_digit(&twelve);
        Ok(Self(format!("{twelve}{check}").into()))
    }

    /// Its thirteen digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn values(digits: &str) -> impl Iterator<Item = u32> {
    digits.bytes().map(|digit| u32::from(digit - b'0'))
}

/// What makes the sum a multiple of ten, each second digit counted three times.
fn check_digit(twelve: &str) -> char {
    let sum: u32 = values(twelve)
        .zip([1, 3].iter().cycle())
        .map(|(v, w)| v * w)
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).expect("it is less than ten")
}

impl fmt::Display for Isbn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Isbn {
    type Err = InvalidIsbn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Isbn {
    type Error = InvalidIsbn;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Isbn> for String {
    fn from(isbn: Isbn) -> Self {
        isbn.0.as_ref().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// ISO 2108's own example.
    const GOOD: &str = "9780306406157";

    #[test]
    fn an_isbn_is_read_however_it_is_written() {
        for written in [
            GOOD,
            "978-0-306-40615-7",
            " 978 0 306 40615 7 ",
            "978–0–306–40615–7",
            "0-306-40615-2",
            "0306406152",
        ] {
            assert_eq!(Isbn::parse(written).unwrap().as_str(), GOOD, "{written}");
        }
        let with_x = Isbn::parse("0-8044-2957-X").unwrap();
        assert_eq!(with_x.as_str(), "9780804429573");
    }

    #[test]
    fn what_is_no_isbn_is_refused() {
        for text in [
            "",
            "978",
            "9770306406157",
            "97803064061577",
            "978030640615X",
            "é780306406157",
            "030640615é",
            "03064061é",
            "aaéééé",
            "X306406152",
            &"9".repeat(10_000),
        ] {
            assert_eq!(Isbn::parse(text), Err(InvalidIsbn::Shape), "{text:?}");
        }
        for text in ["9780306406158", "9780306460157", "0306406153"] {
            assert_eq!(Isbn::parse(text), Err(InvalidIsbn::Check), "{text:?}");
        }
    }

    #[test]
    fn an_isbn_on_the_wire_goes_through_parse() {
        assert!(serde_json::from_str::<Isbn>(&format!("{GOOD:?}")).is_ok());
        assert!(serde_json::from_str::<Isbn>(r#""9780306406158""#).is_err());
    }

    proptest! {
        #[test]
        fn a_wrong_digit_is_always_noticed(twelve in "97[89][0-9]{9}", at in 3_usize..13, by in 1_u8..10) {
            let right = format!("{twelve}{}", check_digit(&twelve));
            prop_assert!(Isbn::parse(&right).is_ok());
            let mut wrong = right.into_bytes();
            wrong[at] = b'0' + (wrong[at] - b'0' + by) % 10;
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(Isbn::parse(&wrong), Err(InvalidIsbn::Check));
        }

        #[test]
        fn no_text_is_too_odd_to_be_refused(text in ".{0,15}", digits in "[0-9]{0,13}") {
            let _ = (Isbn::parse(&text), Isbn::parse(&format!("{digits}{text}")));
        }
    }
}
