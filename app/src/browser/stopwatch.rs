//! Measures how long a page has been open, including the time that the machine sleeps.

use std::time::Duration;

use super::Moment;

/// How long a page has been open. It counts while the machine sleeps, and does not go back when the
/// machine's clock is set back.
#[derive(Debug, Default)]
pub(crate) struct Stopwatch {
    read_at: Moment,
    passed: Duration,
}

impl Stopwatch {
    /// A stopwatch that starts now.
    pub(crate) fn started(now: Moment) -> Self {
        Self {
            read_at: now,
            passed: Duration::ZERO,
        }
    }

    /// The time until now. It is added up from one reading to the next, so that a jump of one clock
    /// counts once.
    pub(crate) fn read(&mut self, now: Moment) -> Duration {
        self.passed += now.since(self.read_at);
        self.read_at = now;
        self.passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopwatch_goes_on_when_the_clock_is_set_back_and_when_the_machine_sleeps() {
        let at = |counted: f64, wall: f64| Moment {
            counted: counted * 1_000.0,
            wall: wall * 1_000.0,
        };
        let mut watch = Stopwatch::started(at(0.0, 7_200.0));
        for (moment, passed) in [
            (at(10.0, 7_210.0), 10),
            // The clock is set back by an hour, then a second passes.
            (at(20.0, 3_620.0), 20),
            (at(21.0, 3_621.0), 21),
            // The machine sleeps for ten minutes, which one of the clocks misses.
            (at(22.0, 4_222.0), 622),
            // The clock is set right again: an hour too much is counted, and the page reconnects.
            (at(23.0, 7_823.0), 4_223),
            (at(24.0, 7_824.0), 4_224),
        ] {
            assert_eq!(watch.read(moment).as_secs(), passed);
        }
    }
}
