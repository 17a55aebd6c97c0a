//! The countdown to the opening of a sale.

use std::time::Duration;

use shop::Language;

/// The time left, as in `2 days 03:04:05`, `03:04:05` or `04:05`. A part of a second is rounded
/// up, so that the countdown reaches zero when the sale opens and not before.
pub(crate) fn countdown(language: Language, left: Duration) -> String {
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let seconds = seconds % 60;
    match (days, hours) {
        (0, 0) => format!("{minutes:02}:{seconds:02}"),
        (0, _) => format!("{hours:02}:{minutes:02}:{seconds:02}"),
        _ => {
            let clock = format!("{hours:02}:{minutes:02}:{seconds:02}");
            say!(language, format.countdown, count = days, clock)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countdown_ends_at_zero() {
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
