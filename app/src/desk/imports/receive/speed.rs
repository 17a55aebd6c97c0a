//! The speed of an upload, and the time that is left.

use std::{collections::VecDeque, time::Duration};

/// The speed is measured over this time.
const MEASURED_OVER: Duration = Duration::from_secs(5);

/// Measures how fast the acknowledged part of a file grows.
#[derive(Debug, Default)]
pub(super) struct Speed {
    /// The latest times, with the bytes that were acknowledged by then.
    lately: VecDeque<(Duration, u64)>,
}

impl Speed {
    /// Starts to measure again, because the upload was interrupted.
    pub(super) fn reset(&mut self) {
        self.lately.clear();
    }

    /// Takes in how far the upload has got, and returns its speed in bytes per second. `None` if
    /// nothing was acknowledged lately.
    pub(super) fn measure(&mut self, now: Duration, acked: u64) -> Option<f64> {
        self.lately.push_back((now, acked));
        let is_old = |at: Duration| now.saturating_sub(at) > MEASURED_OVER;
        while self.lately.front().is_some_and(|(at, _)| is_old(*at)) {
            self.lately.pop_front();
        }
        let (began, before) = self.lately.front()?;
        let took = now.saturating_sub(*began).as_secs_f64();
        let grown = acked.saturating_sub(*before);
        (grown > 0 && took > 0.0).then(|| grown as f64 / took)
    }
}

/// About how much time is left.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TimeLeft {
    Seconds(u64),
    Minutes(u64),
}

/// The time for the rest of a file at a speed in bytes per second.
pub(super) fn time_left(rest: u64, speed: f64) -> TimeLeft {
    let seconds = (rest as f64 / speed).ceil() as u64;
    match seconds {
        0..90 => TimeLeft::Seconds(seconds),
        _ => TimeLeft::Minutes((seconds + 30) / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn the_speed_is_measured_over_the_last_five_seconds() {
        let mut speed = Speed::default();
        assert_eq!(speed.measure(at(0), 0), None);
        assert_eq!(speed.measure(at(500), 1_000), Some(2_000.0));
        assert_eq!(speed.measure(at(5_000), 20_000), Some(4_000.0));
        assert_eq!(speed.measure(at(5_500), 20_000), Some(3_800.0));
        assert_eq!(speed.measure(at(10_400), 20_000), None, "nothing arrived");
        speed.reset();
        assert_eq!(speed.measure(at(10_500), 90_000), None);
    }

    #[test]
    fn the_time_left_is_in_minutes_from_ninety_seconds_on() {
        assert_eq!(time_left(0, 10.0), TimeLeft::Seconds(0));
        assert_eq!(time_left(1, 10.0), TimeLeft::Seconds(1));
        assert_eq!(time_left(890, 10.0), TimeLeft::Seconds(89));
        assert_eq!(time_left(891, 10.0), TimeLeft::Minutes(2));
        assert_eq!(time_left(1_500, 10.0), TimeLeft::Minutes(3));
    }
}
