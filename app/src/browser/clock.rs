//! Measures the time that passes while a page is open.

use std::time::Duration;

/// A point in time by the browser's two clocks. Each has a fault that the other lacks: the
/// monotonic one may stop while the machine sleeps, and the wall clock may be set back.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Moment {
    /// Milliseconds since the page was opened.
    pub(super) counted: f64,
    /// Milliseconds since 1970, by the machine's wall clock.
    pub(super) wall: f64,
}

impl Moment {
    /// The time since `earlier`, by the clock that measured more. Too long a time makes a page warn
    /// too early, which is better than too late.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        let passed = (self.counted - earlier.counted).max(self.wall - earlier.wall);
        Duration::from_secs_f64(passed.max(0.0) / 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_of_two_measured_times_is_used() {
        let at = |counted, wall| Moment { counted, wall };
        let began = at(1_000.0, 50_000.0);
        let seconds = |moment: Moment| moment.since(began).as_secs();
        assert_eq!(seconds(at(61_000.0, 110_000.0)), 60);
        assert_eq!(
            seconds(at(1_500.0, 650_000.0)),
            600,
            "the machine has slept"
        );
        assert_eq!(seconds(at(61_000.0, 0.0)), 60, "the clock was set back");
        assert_eq!(began.since(at(2_000.0, 60_000.0)), Duration::ZERO);
    }
}
