//! Moments, as people read them.

use shop::Timestamp;

const DAYS: [&str; 7] = [
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAY: u64 = 24 * 60 * 60 * 1_000;

/// As in “Saturday, 21 November 2026, 18:00 UTC”: the shop does not know where its
/// reader's clock is, and a date alone would be another there.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    // `2026-11-21T18:00:00Z`.
    let written = at.to_string();
    let (date, time) = written.split_once('T').unwrap_or_default();
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month: usize = month.and_then(|month| month.parse().ok()).unwrap_or(1);
    format!(
        "{}, {} {} {}, {} UTC",
        DAYS[usize::try_from(at.millis() / DAY % 7).unwrap_or_default()],
        day.unwrap_or_default().trim_start_matches('0'),
        MONTHS[(month - 1) % 12],
        year.unwrap_or_default(),
        time.get(..5).unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_as_people_say_it() {
        for (millis, text) in [
            (0, "Thursday, 1 January 1970, 00:00 UTC"),
            (951_827_696_000, "Tuesday, 29 February 2000, 12:34 UTC"),
            (1_795_284_000_000, "Saturday, 21 November 2026, 18:00 UTC"),
        ] {
            assert_eq!(moment(Timestamp::from_millis(millis)), text);
        }
    }
}
