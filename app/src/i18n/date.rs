//! Dates and times, as people read them.

use shop::{Language, Timestamp, Zone};

const DAY: u64 = 24 * 60 * 60 * 1_000;

/// A time in a zone, as in “Saturday, 21 November 2026, 18:00 UTC” or
/// “2026年11月21日（星期六）18:00（UTC）”.
#[must_use]
pub fn moment_in(language: Language, zone: &Zone, at: Timestamp) -> String {
    let wall = zone.wall(at);
    let written = Written::of(language, wall);
    let weekday = usize::try_from(wall.millis() / DAY % 7).unwrap_or_default();
    say!(
        language,
        format.moment,
        weekday = named(say!(language, format.weekdays), weekday),
        day = written.day,
        month = written.month,
        year = written.year,
        time = written.time,
        zone = zone.label(at).to_owned()
    )
}

/// The day of a time in a zone, as in “21 November 2026” or “2026年11月21日”.
#[must_use]
pub fn day_in(language: Language, zone: &Zone, at: Timestamp) -> String {
    let written = Written::of(language, zone.wall(at));
    say!(
        language,
        format.day,
        day = written.day,
        month = written.month,
        year = written.year
    )
}

/// The parts of a wall time, as a language writes them.
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
        let utc = Zone::default();
        assert_eq!(day_in(Language::English, &utc, at), "21 November 2026");
        assert_eq!(day_in(Language::Chinese, &utc, at), "2026年11月21日");
        let auckland = "Pacific/Auckland".parse().unwrap();
        assert_eq!(day_in(Language::English, &auckland, at), "22 November 2026");
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
            let utc = Zone::default();
            assert_eq!(moment_in(Language::English, &utc, at), english);
            assert_eq!(moment_in(Language::Chinese, &utc, at), chinese);
        }
    }

    #[test]
    fn a_moment_names_its_zone() {
        for (zone, at, english, chinese) in [
            (
                "Europe/Berlin",
                "2026-03-29T00:59:00Z",
                "Sunday, 29 March 2026, 01:59 CET",
                "2026年3月29日（星期日）01:59（CET）",
            ),
            (
                "Europe/Berlin",
                "2026-03-29T01:00:00Z",
                "Sunday, 29 March 2026, 03:00 CEST",
                "2026年3月29日（星期日）03:00（CEST）",
            ),
            (
                "Asia/Kolkata",
                "2026-11-20T19:00:00Z",
                "Saturday, 21 November 2026, 00:30 IST",
                "2026年11月21日（星期六）00:30（IST）",
            ),
            (
                "Pacific/Honolulu",
                "2026-12-01T09:59:00Z",
                "Monday, 30 November 2026, 23:59 HST",
                "2026年11月30日（星期一）23:59（HST）",
            ),
        ] {
            let (zone, at) = (zone.parse().unwrap(), at.parse().unwrap());
            assert_eq!(moment_in(Language::English, &zone, at), english);
            assert_eq!(moment_in(Language::Chinese, &zone, at), chinese);
        }
    }
}
