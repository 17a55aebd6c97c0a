//! The period that an address asks for with `from` and `until`, which several pages understand.

use shop::{Timestamp, Zone};
use time::{Date, OffsetDateTime, PrimitiveDateTime, format_description::well_known::Iso8601};

/// A period, which may be open on either side, and how it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedPeriod {
    /// The beginning, if there is one.
    pub from: Option<Timestamp>,
    /// The first moment after the period, if it ends.
    pub until: Option<Timestamp>,
    /// `from` and `until`, as they were typed.
    pub typed: [String; 2],
}

/// Why a text is not the beginning or the end of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date or time")]
pub struct InvalidMoment;

impl TypedPeriod {
    /// Reads a parameter, if it is one of a period's, and returns whether it is. Dates and times
    /// without an offset are those of the zone; as the end, a date includes the whole day.
    ///
    /// # Errors
    /// [`InvalidMoment`].
    pub fn read(&mut self, name: &str, value: &str, zone: &Zone) -> Result<bool, InvalidMoment> {
        let (side, is_end) = match name {
            "from" => (&mut self.from, false),
            "until" => (&mut self.until, true),
            _ => return Ok(false),
        };
        *side = Some(moment(value, is_end, zone).ok_or(InvalidMoment)?);
        value.clone_into(&mut self.typed[usize::from(is_end)]);
        Ok(true)
    }

    /// The parameters of the period, as they were typed.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, String)> + use<> {
        let [from, until] = self.typed.clone();
        let typed = [("from", from), ("until", until)];
        typed.into_iter().filter(|(_, text)| !text.is_empty())
    }
}

/// Parses a date, or a time with or without an offset, as in RFC 3339 and a browser's fields.
fn moment(text: &str, is_end: bool, zone: &Zone) -> Option<Timestamp> {
    // Tries the longest form first: the parsers of shorter forms ignore the rest of the text.
    if let Ok(at) = OffsetDateTime::parse(text, &Iso8601::DATE_TIME_OFFSET) {
        return timestamp(at);
    }
    let wall = if let Ok(at) = PrimitiveDateTime::parse(text, &Iso8601::DATE_TIME) {
        at.assume_utc()
    } else {
        let day = Date::parse(text, &Iso8601::DATE).ok()?;
        let day = if is_end { day.next_day()? } else { day };
        day.midnight().assume_utc()
    };
    timestamp(wall).map(|wall| zone.instant(wall))
}

fn timestamp(at: OffsetDateTime) -> Option<Timestamp> {
    let millis = u64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok()?;
    Some(Timestamp::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(zone: &str, from: &str, until: &str) -> Result<[String; 2], InvalidMoment> {
        let (mut period, zone) = (TypedPeriod::default(), zone.parse().unwrap());
        assert!(period.read("from", from, &zone)?);
        assert!(period.read("until", until, &zone)?);
        let pairs: Vec<_> = period.pairs().collect();
        assert_eq!(
            pairs,
            [("from", from.to_owned()), ("until", until.to_owned())]
        );
        Ok([period.from, period.until].map(|at| at.unwrap().to_string()))
    }

    #[test]
    fn dates_and_times_are_those_of_the_shop() {
        for (zone, from, until, expected) in [
            (
                "UTC",
                "2026-11-21",
                "2026-12-31",
                ["2026-11-21T00:00:00Z", "2027-01-01T00:00:00Z"],
            ),
            // Both changes of the clock: a day of 23 hours, and one of 25.
            (
                "Europe/Berlin",
                "2026-03-29",
                "2026-03-29",
                ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"],
            ),
            (
                "Europe/Berlin",
                "2026-10-25",
                "2026-10-25",
                ["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"],
            ),
            (
                "Asia/Kolkata",
                "2026-11-21",
                "2026-11-21T18:30",
                ["2026-11-20T18:30:00Z", "2026-11-21T13:00:00Z"],
            ),
            // An offset of its own.
            (
                "Pacific/Auckland",
                "2026-11-21T18:00:00Z",
                "2026-12-31T23:00:00+02:00",
                ["2026-11-21T18:00:00Z", "2026-12-31T21:00:00Z"],
            ),
        ] {
            assert_eq!(read(zone, from, until), Ok(expected.map(str::to_owned)));
        }
    }

    #[test]
    fn a_text_that_is_not_a_time_is_refused() {
        for wrong in [
            "yesterday",
            "1969-01-01",
            "2026-02-30",
            "2026-02-03T",
            "2026-02-03 and more",
        ] {
            let (mut period, utc) = (TypedPeriod::default(), Zone::default());
            assert_eq!(period.read("until", wrong, &utc), Err(InvalidMoment));
            assert_eq!(period.read("book", wrong, &utc), Ok(false));
            assert_eq!(period, TypedPeriod::default());
        }
    }
}
