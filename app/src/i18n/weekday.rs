//! Days without a time, as people read them.

use shop::{Language, Timestamp, Weekday};

/// The name of a day of the week.
pub(crate) fn weekday_name(language: Language, day: Weekday) -> &'static str {
    // The list begins with Thursday, like 1970.
    let place = (day as usize + 4) % 7;
    nth(say!(language, format.weekdays), place)
}

/// The date of a wall time, as in “Friday, 25 December 2026”.
pub(crate) fn date_with_weekday(language: Language, at: Timestamp) -> String {
    let written = at.to_string();
    let mut parts = written.get(..10).unwrap_or_default().splitn(3, '-');
    let mut next = || parts.next().unwrap_or_default();
    let (year, month, day) = (next(), next(), next());
    let month: usize = month.parse().unwrap_or(1);
    say!(
        language,
        format.date_with_weekday,
        weekday = weekday_name(language, Weekday::of(at)),
        day = day.trim_start_matches('0').to_owned(),
        month = nth(say!(language, format.months), month - 1),
        year = year.to_owned()
    )
}

fn nth(names: &'static str, place: usize) -> &'static str {
    names.split(' ').nth(place).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_reads_as_people_say_it() {
        let at = "2026-12-05T00:00:00Z".parse().unwrap();
        let english = "Saturday, 5 December 2026";
        assert_eq!(date_with_weekday(Language::English, at), english);
        assert_eq!(
            date_with_weekday(Language::Chinese, at),
            "2026年12月5日（星期六）"
        );
        let names = Weekday::ALL.map(|day| weekday_name(Language::English, day));
        assert_eq!((names[0], names[6]), ("Monday", "Sunday"));
    }
}
