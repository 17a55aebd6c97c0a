//! The steps of a period: how long they are, and those in which nothing was sold.

use shop::{Timestamp, Zone};
use store::{Period, SalesStep, SoldInStep};

use super::DAY;

/// The longest period that is shown by day unless asked otherwise.
const DAILY_UP_TO: u32 = 62;
/// The longest period that can be shown by day.
const DAILY_AT_MOST: u32 = 366;

/// The length of the steps in which a period is shown, if this one was chosen.
#[must_use]
pub fn step_of(chosen: Option<SalesStep>, period: Period) -> SalesStep {
    let length = period.until.since(period.from);
    match chosen {
        Some(SalesStep::Day) if length <= DAILY_AT_MOST * DAY => SalesStep::Day,
        None if length <= DAILY_UP_TO * DAY => SalesStep::Day,
        _ => SalesStep::Week,
    }
}

/// Every step of a period that has begun, with what was sold in it. Days are those of the zone.
#[must_use]
pub fn fill(
    sold: Vec<SoldInStep>,
    period: Period,
    step: SalesStep,
    now: Timestamp,
    zone: &Zone,
) -> Vec<SoldInStep> {
    // What was sold before the clock was set back is shown too.
    let last = sold.last().map_or(now, |last| last.start.max(now));
    let mut sold = sold.into_iter().peekable();
    let mut steps = Vec::new();
    let mut start = step.start_of(period.from, zone);
    while start < period.until && start <= last {
        let found = sold.next_if(|one| one.start == start);
        steps.push(found.unwrap_or(SoldInStep {
            start,
            copies: 0,
            cents: 0,
        }));
        start = step.next(start, zone);
    }
    steps
}

/// The beginning of the month in which a moment lies.
pub(super) fn month_of(at: Timestamp, zone: &Zone) -> Timestamp {
    zone.instant(begin(zone.wall(at), "-01T00:00:00Z", 7))
}

/// The beginning of the year in which a moment lies.
pub(super) fn year_of(at: Timestamp, zone: &Zone) -> Timestamp {
    zone.instant(begin(zone.wall(at), "-01-01T00:00:00Z", 4))
}

/// The first characters of a time as it is written, with another end.
fn begin(at: Timestamp, end: &str, kept: usize) -> Timestamp {
    let written = at.to_string();
    let start = written.get(..kept).unwrap_or_default();
    // Fails only after the year 9999.
    format!("{start}{end}").parse().unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn days(days: u32) -> Period {
        let from = at("2026-01-01T00:00:00Z");
        Period {
            from,
            until: from + days * DAY,
        }
    }

    #[test]
    fn the_length_of_a_period_decides_its_steps_unless_one_was_chosen() {
        use SalesStep::{Day, Week};
        for (chosen, length, expected) in [
            (None, 1, Day),
            (None, 62, Day),
            (None, 63, Week),
            (Some(Day), 366, Day),
            (Some(Day), 367, Week),
            (Some(Week), 1, Week),
        ] {
            assert_eq!(step_of(chosen, days(length)), expected, "{length} days");
        }
    }

    #[test]
    fn steps_without_sales_are_filled_in_up_to_now() {
        let second = SoldInStep {
            start: at("2026-01-02T00:00:00Z"),
            copies: 3,
            cents: 600,
        };
        let now = at("2026-01-03T12:00:00Z");
        let steps = fill(
            vec![second],
            days(31),
            SalesStep::Day,
            now,
            &Zone::default(),
        );
        let copies: Vec<i64> = steps.iter().map(|one| one.copies).collect();
        assert_eq!(copies, [0, 3, 0]);
        assert_eq!(steps[1], second);

        // 1 January 2026 is a Thursday.
        let weeks = fill(
            Vec::new(),
            days(10),
            SalesStep::Week,
            now + 60 * DAY,
            &Zone::default(),
        );
        let starts: Vec<String> = weeks.iter().map(|one| one.start.to_string()).collect();
        assert_eq!(starts, ["2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z"]);
    }

    #[test]
    fn the_first_week_of_all_is_short() {
        let period = Period {
            from: at("1970-01-01T00:00:00Z"),
            until: at("1970-01-06T00:00:00Z"),
        };
        let weeks = fill(
            Vec::new(),
            period,
            SalesStep::Week,
            period.until,
            &Zone::default(),
        );
        let starts: Vec<String> = weeks.iter().map(|one| one.start.to_string()).collect();
        assert_eq!(starts, ["1970-01-01T00:00:00Z", "1970-01-05T00:00:00Z"]);
    }
}
