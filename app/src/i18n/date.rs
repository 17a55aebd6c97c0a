//! Dates and times, as people read them.

use shop::{Language, Timestamp};

const DAY: u64 = 24 * 60 * 60 * 1_000;

/// A time, as in “Saturday, 21 November 2026, 18:00 UTC” or “2026年11月21日（星期六）18:00（UTC）”.
///
/// It is in UTC, because the shop does not know the reader's time zone.
#[must_use]
pub fn moment(language: Language, at: Timestamp) -> String {
    let written = Written::of(language, at);
    let weekday = usize::try_from(at.millis() / DAY % 7).unwrap_or_default();
    say!(
        language,
        format.moment,
        weekday = named(say!(language, format.weekdays), weekday),
        day = written.day,
        month = written.month,
        year = written.year,
        time = written.time
    )
}

/// The day of a time, as in “21 November 2026” or “2026年11月21日”. It is in UTC.
#[must_use]
pub fn day(language: Language, at: Timestamp) -> String {
    let written = Written::of(language, at);
    say!(
        language,
        format.day,
        day = written.day,
        month = written.month,
        year = written.year
    )
}

/// The parts of a time, as a language writes them.
struct Written {
    year: String,
    month: &'static str,
    day: String,
    time: String,
}

impl Written {
    fn of(language: Language, at: Timestamp) -> Self {
        // For example `2026-11-21T18:00:00Z`.
        let written = at.to_string();
        let (date, time) = written.split_once('T').unwrap_or_default();
        let mut parts = date.splitn(3, '-');
        let (year, month, day) = (parts.next(), parts.next(), parts.next());
        let month: usize = month.and_then(|month| month.parse().ok()).unwrap_or(1);
        Self {
            year: year.unwrap_or_default().to_owned(),
            month: named(say!(language, format.months), month - 1),
            day: day.unwrap_or_default().trim_start_matches('0').to_owned(),
            time: time.get(..5).unwrap_or_default().to_owned(),
        }
    }
}

fn named(names: &'static str, at: usize) -> &'static str {
    names.split(' ').nth(at).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_reads_as_people_say_it() {
        let at = Timestamp::from_millis(1_795_284_000_000);
        assert_eq!(day(Language::English, at), "21 November 2026");
        assert_eq!(day(Language::Chinese, at), "2026年11月21日");
    }

    #[test]
    fn a_moment_reads_as_people_say_it() {
        for (millis, english, chinese) in [
            (
                0,
                "Thursday, 1 January 1970, 00:00 UTC",
                "1970年1月1日（星期四）00:00（UTC）",
            ),
            (
                951_827_696_000,
                "Tuesday, 29 February 2000, 12:34 UTC",
                "2000年2月29日（星期二）12:34（UTC）",
            ),
            (
                1_795_284_000_000,
                "Saturday, 21 November 2026, 18:00 UTC",
                "2026年11月21日（星期六）18:00（UTC）",
            ),
        ] {
            let at = Timestamp::from_millis(millis);
            assert_eq!(moment(Language::English, at), english);
            assert_eq!(moment(Language::Chinese, at), chinese);
        }
    }
}
