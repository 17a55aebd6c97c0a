//! The opening hours of a day.

use std::{fmt, str::FromStr};

use super::InvalidSetting;

/// The opening hours of a day: up to two spans, in order. A day without any is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayHours(Vec<OpenSpan>);

/// A span of time in which the shop is open, as in `09:00–12:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenSpan {
    opens: TimeOfDay,
    closes: TimeOfDay,
}

/// A time of day in minutes since midnight, by the shop's own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

impl DayHours {
    /// The most spans of a day.
    pub const MAX_SPANS: usize = 2;

    /// The spans, in order.
    #[must_use]
    pub fn spans(&self) -> &[OpenSpan] {
        &self.0
    }

    /// Whether the shop is closed all day.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.is_empty()
    }
}

impl OpenSpan {
    /// When the shop opens.
    #[must_use]
    pub const fn opens(self) -> TimeOfDay {
        self.opens
    }

    /// When it closes.
    #[must_use]
    pub const fn closes(self) -> TimeOfDay {
        self.closes
    }
}

impl FromStr for DayHours {
    type Err = InvalidSetting;

    /// Parses spans with commas between them. Takes hyphens for dashes, and Chinese punctuation.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| match c {
                '-' | '‐' | '‑' | '—' | '−' | '~' | '～' => '–',
                '：' => ':',
                ';' | '，' | '、' | '；' => ',',
                c => c,
            })
            .collect();
        if text.is_empty() {
            return Ok(Self::default());
        }
        let spans: Result<Vec<OpenSpan>, InvalidSetting> =
            text.split(',').map(str::parse).collect();
        let mut spans = spans?;
        if spans.len() > Self::MAX_SPANS {
            return Err(InvalidSetting::TooManySpans);
        }
        spans.sort_unstable();
        if spans.windows(2).any(|two| two[1].opens < two[0].closes) {
            return Err(InvalidSetting::Overlap);
        }
        Ok(Self(spans))
    }
}

impl FromStr for OpenSpan {
    type Err = InvalidSetting;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (opens, closes) = text.split_once('–').ok_or(InvalidSetting::NotHours)?;
        let (opens, closes) = (opens.parse::<TimeOfDay>()?, closes.parse::<TimeOfDay>()?);
        if closes <= opens {
            return Err(InvalidSetting::EndsTooEarly);
        }
        Ok(Self { opens, closes })
    }
}

impl FromStr for TimeOfDay {
    type Err = InvalidSetting;

    /// Parses `HH:MM`, from `00:00` to `23:59`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |digits: &str, most: u16| {
            let is_written_right = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
            let number: Option<u16> = digits.parse::<u16>().ok().filter(|number| *number <= most);
            number
                .filter(|_| is_written_right)
                .ok_or(InvalidSetting::NotHours)
        };
        let (hours, minutes) = text.split_once(':').ok_or(InvalidSetting::NotHours)?;
        Ok(Self(number(hours, 23)? * 60 + number(minutes, 59)?))
    }
}

impl fmt::Display for DayHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, span) in self.0.iter().enumerate() {
            let before = if place > 0 { ", " } else { "" };
            write!(f, "{before}{span}")?;
        }
        Ok(())
    }
}

impl fmt::Display for OpenSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}", self.opens, self.closes)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_written_in_order_and_in_one_way() {
        for (typed, written) in [
            ("", ""),
            (" ", ""),
            ("09:00–18:00", "09:00–18:00"),
            ("09:00-18:00", "09:00–18:00"),
            ("13:30 - 18:00, 09:00 - 12:30", "09:00–12:30, 13:30–18:00"),
            ("09：00—12：30，12：30～18：00", "09:00–12:30, 12:30–18:00"),
            ("00:00–23:59", "00:00–23:59"),
        ] {
            let hours: DayHours = typed.parse().unwrap();
            assert_eq!(hours.to_string(), written, "{typed:?}");
            assert_eq!(written.parse(), Ok(hours));
        }
    }

    #[test]
    fn hours_that_cannot_be_are_refused_with_the_reason() {
        for (typed, why) in [
            ("closed", InvalidSetting::NotHours),
            ("09:00", InvalidSetting::NotHours),
            ("9:00–18:00", InvalidSetting::NotHours),
            ("09:00–24:00", InvalidSetting::NotHours),
            ("09:60–18:00", InvalidSetting::NotHours),
            ("+9:00–18:00", InvalidSetting::NotHours),
            ("09:00–12:00,", InvalidSetting::NotHours),
            ("09:00–12:00–13:00", InvalidSetting::NotHours),
            ("18:00–09:00", InvalidSetting::EndsTooEarly),
            ("09:00–09:00", InvalidSetting::EndsTooEarly),
            ("09:00–13:00, 12:59–18:00", InvalidSetting::Overlap),
            ("09:00–18:00, 10:00–11:00", InvalidSetting::Overlap),
            (
                "08:00–09:00, 10:00–11:00, 12:00–13:00",
                InvalidSetting::TooManySpans,
            ),
        ] {
            assert_eq!(typed.parse::<DayHours>(), Err(why), "{typed:?}");
        }
    }
}
