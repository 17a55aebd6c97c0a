//! Points in time, in UTC with millisecond precision.

use std::{
    fmt,
    ops::{Add, Sub},
    str::FromStr,
    time::Duration,
};

use from_json::FromJson;
use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970, UTC.
///
/// This crate never reads a clock; the store passes in the current time.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    FromJson,
)]
#[serde(transparent)]
pub struct Timestamp(u64);

/// Why a text is not a [`Timestamp`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a timestamp is written as in 2026-11-21T18:00:00Z")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// A timestamp from milliseconds since 1970.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// The time since `earlier`, or zero if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, later: Duration) -> Self {
        Self(self.0.saturating_add(millis(later)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, earlier: Duration) -> Self {
        Self(self.0.saturating_sub(millis(earlier)))
    }
}

impl fmt::Display for Timestamp {
    /// Writes RFC 3339 in whole seconds, as in `2026-11-21T18:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, seconds) = (self.0 / 86_400_000, self.0 / 1_000 % 86_400);
        let (year, month, day) = civil_from_days(days);
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    /// Parses the form that `Display` writes, from 1970 to 9999.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.strip_suffix('Z').and_then(|text| text.split_once('T'));
        let (date, time) = parts.ok_or(InvalidTimestamp)?;
        let [year, month, day] = parse_three(date, '-')?;
        let [hour, minute, second] = parse_three(time, ':')?;
        if !(1_970..10_000).contains(&year) || !(1..13).contains(&month) || !(1..32).contains(&day)
        {
            return Err(InvalidTimestamp);
        }
        let days = days_from_civil(year, month, day);
        // Writing it again detects impossible dates and times, and unusual spelling.
        let timestamp = Self(((days * 24 + hour) * 60 + minute) * 60_000 + second * 1_000);
        let is_unchanged = timestamp.to_string() == text;
        is_unchanged.then_some(timestamp).ok_or(InvalidTimestamp)
    }
}

/// Three small numbers with a separator between them.
fn parse_three(text: &str, separator: char) -> Result<[u64; 3], InvalidTimestamp> {
    let mut parts = text.splitn(3, separator);
    let mut next = || {
        let number: Option<u16> = parts.next().and_then(|part| part.parse().ok());
        number.map(u64::from).ok_or(InvalidTimestamp)
    };
    Ok([next()?, next()?, next()?])
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The Gregorian date of a day counted from 1970-01-01. (H. Hinnant,
/// “chrono-Compatible Low-Level Date Algorithms”, `civil_from_days`.)
const fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

/// The days from 1970-01-01 to a Gregorian date that is not earlier. (H. Hinnant, the same
/// article, `days_from_civil`.)
const fn days_from_civil(year: u64, month: u64, day: u64) -> u64 {
    // Counts years from March, so that the leap day comes last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * month + 2) / 5 + day;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    // 719_468 days lie between 0000-03-01 and 1970-01-01. One more is subtracted, because the
    // days of a month start at 1.
    era * 146_097 + day_of_era - 719_469
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_written_as_rfc_3339() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_827_696_000, "2000-02-29T12:34:56Z"),
            (1_795_284_000_000, "2026-11-21T18:00:00Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59Z"),
        ] {
            assert_eq!(Timestamp::from_millis(millis).to_string(), text);
            let whole = Timestamp::from_millis(millis / 1_000 * 1_000);
            assert_eq!(text.parse(), Ok(whole));
        }
    }

    #[test]
    fn every_day_of_four_centuries_is_parsed_as_it_is_written() {
        for day in 0..146_097 {
            let at = Timestamp::from_millis(day * 86_400_000 + 43_200_000);
            assert_eq!(at.to_string().parse(), Ok(at));
        }
    }

    #[test]
    fn an_invalid_timestamp_is_refused() {
        for bad in [
            "",
            "Z",
            "T",
            "2026-11-21T18:00:00",
            "2026-11-21 18:00:00Z",
            "2026-11-21T18:00:00.5Z",
            "2026-11-21T18:00:00+01:00",
            "2026-11-21T24:00:00Z",
            "2026-11-21T18:60:00Z",
            "2026-02-30T18:00:00Z",
            "2026-00-30T18:00:00Z",
            "2026-13-30T18:00:00Z",
            "2026-11-00T18:00:00Z",
            "1969-12-31T23:59:59Z",
            "1970-01-00T00:00:00Z",
            "2026-1-1T0:0:0Z",
            "+2026-11-21T18:00:00Z",
            "65535-65535-65535T65535:65535:65535Z",
        ] {
            assert_eq!(bad.parse::<Timestamp>(), Err(InvalidTimestamp), "{bad:?}");
        }
    }
}
