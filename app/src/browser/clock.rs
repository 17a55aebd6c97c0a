//! The time that passes while a page is open.

use std::time::Duration;

/// A moment, by the two clocks that a browser has. Each has a fault that the other has
/// not: one may stand still while the machine sleeps, the other may be set back.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Moment {
    /// Milliseconds since the page was opened.
    pub(super) counted: f64,
    /// Milliseconds since 1970, as the machine has it.
    pub(super) wall: f64,
}

impl Moment {
    /// How long it is from `earlier` until this, by the clock that says more. Where that
    /// is too much, the page warns too soon; the other way round it would be too late.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        let passed = (self.counted - earlier.counted).max(self.wall - earlier.wall);
        Duration::from_secs_f64(passed.max(0.0) / 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes_by_the_clock_that_says_more() {
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
