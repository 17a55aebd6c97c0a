//! International Standard Book Numbers.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

/// An ISBN-13: thirteen digits that start with 978 or 979 and end with a check digit.
///
/// Source: ISO 2108. It is stored and shown without hyphens, because their positions depend on
/// ranges that are reassigned every few months.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Isbn(Arc<str>);

/// Why a text is not an [`Isbn`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIsbn {
    /// It does not have the form of an ISBN.
    #[error("an ISBN has thirteen digits and starts with 978 or 979, or has ten digits")]
    Shape,
    /// The check digit does not match, so a digit is wrong or two are swapped.
    #[error("the ISBN's check digit does not match: one of its digits is wrong")]
    Check,
}

impl Isbn {
    /// Parses an ISBN with or without hyphens and spaces. Converts an ISBN-10 to an ISBN-13.
    ///
    /// # Errors
    /// [`InvalidIsbn`].
    pub fn parse(text: &str) -> Result<Self, InvalidIsbn> {
        // Rejects huge input before copying it.
        if text.len() > 40 {
            return Err(InvalidIsbn::Shape);
        }
        let bare: String = text
            .trim()
            .chars()
            .filter(|c| !matches!(c, ' ' | '-' | '\u{2010}'..='\u{2013}'))
            .collect();
        match bare.len() {
            13 if all_digits(&bare) && (bare.starts_with("978") || bare.starts_with("979")) => {
                if bare.ends_with(check_digit(&bare[..12])) {
                    Ok(Self(bare.into()))
                } else {
                    Err(InvalidIsbn::Check)
                }
            }
            10 if bare.get(..9).is_some_and(all_digits) => Self::from_isbn10(&bare),
            _ => Err(InvalidIsbn::Shape),
        }
    }

    fn from_isbn10(bare: &str) -> Result<Self, InvalidIsbn> {
        let (rest, check) = bare.split_at(9);
        let check = match check {
            "X" | "x" => 10,
            digit => digit.parse().map_err(|_| InvalidIsbn::Shape)?,
        };
        let weighted_sum: u32 = digit_values(rest)
            .zip((2..=10).rev())
            .map(|(v, w)| v * w)
            .sum();
        if !(weighted_sum + check).is_multiple_of(11) {
            return Err(InvalidIsbn::Check);
        }
        let twelve = format!("978{rest}");
        let check = check_digit(&twelve);
        Ok(Self(format!("{twelve}{check}").into()))
    }

    /// The thirteen digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn digit_values(digits: &str) -> impl Iterator<Item = u32> {
    digits.bytes().map(|digit| u32::from(digit - b'0'))
}

/// The thirteenth digit, which makes the weighted sum a multiple of ten.
fn check_digit(twelve: &str) -> char {
    let sum: u32 = digit_values(twelve)
        .zip([1, 3].iter().cycle())
        .map(|(v, w)| v * w)
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).expect("a remainder modulo 10 is a digit")
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

    /// The example from ISO 2108.
    const GOOD: &str = "9780306406157";

    #[test]
    fn an_isbn_is_parsed_in_every_usual_notation() {
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
    fn an_invalid_isbn_is_refused() {
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
    fn an_isbn_is_validated_when_deserialized() {
        assert!(serde_json::from_str::<Isbn>(&format!("{GOOD:?}")).is_ok());
        assert!(serde_json::from_str::<Isbn>(r#""9780306406158""#).is_err());
    }

    proptest! {
        #[test]
        fn a_wrong_digit_is_always_detected(twelve in "97[89][0-9]{9}", at in 3_usize..13, by in 1_u8..10) {
            let right = format!("{twelve}{}", check_digit(&twelve));
            prop_assert!(Isbn::parse(&right).is_ok());
            let mut wrong = right.into_bytes();
            wrong[at] = b'0' + (wrong[at] - b'0' + by) % 10;
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(Isbn::parse(&wrong), Err(InvalidIsbn::Check));
        }

        #[test]
        fn parsing_never_panics(text in ".{0,15}", digits in "[0-9]{0,13}") {
            let _ = (Isbn::parse(&text), Isbn::parse(&format!("{digits}{text}")));
        }
    }
}
