//! Detects when another machine's clock is set.

use std::time::{Duration, Instant};

use shop::Timestamp;

use super::ClockStep;

/// The smallest difference that counts as a step. A smaller one may come from a slow answer, and
/// does holds little harm.
const SMALLEST_STEP: Duration = Duration::from_secs(60);

/// Compares the time between two readings of a clock with the time that has passed on this machine.
#[derive(Debug, Default)]
pub(crate) struct StepWatch {
    last: Option<(Timestamp, Instant)>,
}

impl StepWatch {
    /// Takes a reading of the clock. Returns the step if the clock was set since the last reading.
    pub(crate) fn observe(&mut self, shown: Timestamp, at: Instant) -> Option<ClockStep> {
        let (before, then) = self.last.replace((shown, at))?;
        let expected = before + at.saturating_duration_since(then);
        let difference = shown.since(expected).max(expected.since(shown));
        (difference >= SMALLEST_STEP).then_some(ClockStep { expected, shown })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_clock_that_runs_has_no_step_however_rarely_it_is_read() {
        let (mut watch, start) = (StepWatch::default(), Instant::now());
        let began = Timestamp::from_millis(1_700_000_000_000);
        for seconds in [0, 1, 60, 3_600, 100_000] {
            // An answer may be a few seconds late.
            let shown = began + SECOND * seconds;
            assert_eq!(watch.observe(shown, start + SECOND * (seconds + 4)), None);
            assert_eq!(watch.observe(shown, start + SECOND * seconds), None);
        }
    }

    #[test]
    fn a_clock_that_is_set_forward_or_back_has_one_step() {
        let start = Instant::now();
        let began = Timestamp::from_millis(1_700_000_000_000);
        for shown in [began + SECOND * 3_600, began - SECOND * 3_600] {
            let mut watch = StepWatch::default();
            assert_eq!(watch.observe(began, start), None);
            let step = watch.observe(shown, start + SECOND).unwrap();
            assert_eq!((step.expected, step.shown), (began + SECOND, shown));
            assert_eq!(watch.observe(shown + SECOND, start + SECOND * 2), None);
        }
    }
}
