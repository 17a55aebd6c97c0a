//! The countdown to the opening of a sale.

use std::time::Duration;

use shop::Language;

/// As a clock shows it: `2 days 03:04:05`, `03:04:05`, `04:05`. What has begun of a second
/// counts, so that it is zero when it is time and not before.
pub(crate) fn countdown(language: Language, left: Duration) -> String {
    let seconds = left.as_millis().div_ceil(1_000);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let seconds = seconds % 60;
    match (days, hours) {
        (0, 0) => format!("{minutes:02}:{seconds:02}"),
        (0, _) => format!("{hours:02}:{minutes:02}:{seconds:02}"),
        _ => {
            let clock = format!("{hours:02}:{minutes:02}:{seconds:02}");
            match days {
                1 => say!(language, date.one_day, clock),
                _ => say!(language, date.some_days, days = days.to_string(), clock),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_counted_down_to_zero_and_not_below() {
        for (millis, words) in [
            (0, "00:00"),
            (1, "00:01"),
            (59_001, "01:00"),
            (3_600_000, "01:00:00"),
            (90_061_000, "1 day 01:01:01"),
            (200_000_000, "2 days 07:33:20"),
        ] {
            assert_eq!(
                countdown(Language::English, Duration::from_millis(millis)),
                words
            );
        }
    }
}
