//! When a book was or will be published: a year, a month or a day.

use std::{fmt, str::FromStr};

/// A date that is as exact as the publisher has announced it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublishingDate {
    year: u16,
    month: Option<u16>,
    day: Option<u16>,
}

/// Why a text is not a [`PublishingDate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a publishing date is a year, a month or a day, as in 2026, 2026-05 or 2026-05-12")]
pub struct InvalidPublishingDate;

impl PublishingDate {
    /// Whether the date names a day.
    #[must_use]
    pub const fn is_a_day(self) -> bool {
        self.day.is_some()
    }
}

impl FromStr for PublishingDate {
    type Err = InvalidPublishingDate;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('-');
        let year = parts.next().and_then(|part| number(part, 4));
        let year = year.filter(|year| *year >= 1_000);
        let year = year.ok_or(InvalidPublishingDate)?;
        let month = match parts.next() {
            Some(part) => Some(in_range(part, 12)?),
            None => None,
        };
        let day = match (month, parts.next()) {
            (Some(month), Some(part)) => Some(in_range(part, days_in(year, month))?),
            _ => None,
        };
        match parts.next() {
            Some(_) => Err(InvalidPublishingDate),
            None => Ok(Self { year, month, day }),
        }
    }
}

impl fmt::Display for PublishingDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        Ok(())
    }
}

fn in_range(part: &str, most: u16) -> Result<u16, InvalidPublishingDate> {
    let value = number(part, 2).filter(|value| (1..=most).contains(value));
    value.ok_or(InvalidPublishingDate)
}

/// A number of exactly this many digits.
fn number(part: &str, digits: usize) -> Option<u16> {
    let fits = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| part.parse().ok()).flatten()
}

fn days_in(year: u16, month: u16) -> u16 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_year_a_month_or_a_day() {
        for text in ["2026", "2026-05", "2026-05-12", "2000-02-29", "1605-01-16"] {
            let date: PublishingDate = text.parse().unwrap();
            assert_eq!(date.to_string(), text);
            assert_eq!(date.is_a_day(), text.len() == 10);
        }
        for text in [
            "",
            "26",
            "0999",
            "2026-",
            "2026-5",
            "2026-13",
            "2026-00",
            "2026-04-31",
            "2026-02-29",
            "1900-02-29",
            "2026-05-12-01",
            "+026",
            "May 2026",
        ] {
            let parsed = text.parse::<PublishingDate>();
            assert_eq!(parsed, Err(InvalidPublishingDate), "{text}");
        }
    }
}
