//! The days on which the shop is closed.

use std::fmt;

use super::{InvalidSetting, line};
use crate::Timestamp;

/// A day on which the shop is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedDay {
    /// The wall time at the beginning of the day.
    pub date: Timestamp,
    /// The owner's note, as in “Christmas Day”.
    pub note: Option<String>,
}

impl ClosedDay {
    /// The most closed days.
    pub const MAX: u32 = 60;
    /// The most characters in a note.
    pub const MAX_NOTE_CHARS: u32 = 80;

    /// The date as in `2026-12-25`.
    #[must_use]
    pub fn iso_date(&self) -> String {
        let mut written = self.date.to_string();
        written.truncate(10);
        written
    }
}

impl fmt::Display for ClosedDay {
    /// Writes the line of the form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso_date())?;
        match &self.note {
            Some(note) => write!(f, " {note}"),
            None => Ok(()),
        }
    }
}

/// Parses lines such as `2026-12-25 Christmas Day`, ignoring blank ones. The days are in order.
pub(super) fn parse(text: &str) -> Result<Vec<ClosedDay>, InvalidSetting> {
    let mut days: Vec<ClosedDay> = Vec::new();
    for (number, written) in (1..).zip(text.lines()) {
        let Some(written) = line(written, 10 + 1 + ClosedDay::MAX_NOTE_CHARS)? else {
            continue;
        };
        let (date, note) = written
            .split_once(char::is_whitespace)
            .unwrap_or((written.as_str(), ""));
        let not_a_date = |_| InvalidSetting::NotADate { line: number };
        let midnight = format!("{date}T00:00:00Z");
        let date = midnight.parse::<Timestamp>().map_err(not_a_date)?;
        if days.iter().any(|day| day.date == date) {
            return Err(InvalidSetting::DateTwice { line: number });
        }
        let note = line(note, ClosedDay::MAX_NOTE_CHARS)?;
        days.push(ClosedDay { date, note });
    }
    if days.len() > ClosedDay::MAX as usize {
        let most = ClosedDay::MAX;
        return Err(InvalidSetting::TooManyLines { most });
    }
    days.sort_by_key(|day| day.date);
    Ok(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_days_are_in_order_with_their_notes() {
        let days = parse("2026-12-25 Christmas  Day\r\n\r\n 2026-12-24\r\n2024-02-29").unwrap();
        let written: Vec<String> = days.iter().map(ToString::to_string).collect();
        let expected = ["2024-02-29", "2026-12-24", "2026-12-25 Christmas  Day"];
        assert_eq!(written, expected);
        assert_eq!(parse(&written.join("\n")), Ok(days));
    }

    #[test]
    fn a_line_that_is_not_a_day_is_refused_by_its_number() {
        for (typed, why) in [
            ("Christmas", InvalidSetting::NotADate { line: 1 }),
            ("\n2026-02-29", InvalidSetting::NotADate { line: 2 }),
            ("2026-12-5", InvalidSetting::NotADate { line: 1 }),
            (
                "2026-12-25\n2026-12-25 again",
                InvalidSetting::DateTwice { line: 2 },
            ),
            ("2026-12-25 a\u{202e}b", InvalidSetting::OddCharacter),
        ] {
            assert_eq!(parse(typed), Err(why), "{typed:?}");
        }
        let long = format!("2026-12-25 {}", "x".repeat(81));
        assert!(matches!(parse(&long), Err(InvalidSetting::TooLong { .. })));
    }

    #[test]
    fn sixty_days_are_the_most() {
        let day = |number: u64| Timestamp::from_millis(number * 86_400_000).to_string();
        let list = |days: u64| {
            let lines: Vec<String> = (0..days)
                .map(|number| day(number)[..10].to_owned())
                .collect();
            parse(&lines.join("\n"))
        };
        assert_eq!(list(60).unwrap().len(), 60);
        assert_eq!(list(61), Err(InvalidSetting::TooManyLines { most: 60 }));
    }
}
