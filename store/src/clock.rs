//! The store's clock, for holds and orders.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use shop::Timestamp;

/// A source of the current time.
pub trait Clock: Send + Sync + 'static {
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// The wall clock at the start of the process, advanced by a monotonic clock. Setting the wall
/// clock afterwards ends no hold and prolongs none.
#[derive(Debug)]
pub struct SteadyClock {
    started: Instant,
    started_at: Timestamp,
}

impl SteadyClock {
    /// A clock that starts now.
    #[must_use]
    pub fn start() -> Self {
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self {
            started: Instant::now(),
            started_at: Timestamp::from_millis(0) + wall,
        }
    }
}

impl SteadyClock {
    /// The time at an instant of this process.
    fn at(&self, instant: Instant) -> Timestamp {
        self.started_at + instant.saturating_duration_since(self.started)
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        self.at(Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    #[test]
    fn the_clock_advances_with_the_monotonic_clock() {
        let clock = SteadyClock::start();
        for days in [0, 1, 365] {
            let later = clock.at(clock.started + days * DAY);
            assert_eq!(later, clock.started_at + days * DAY);
        }
    }

    /// Simulates a wall clock set after the start by a clock whose start time is a day off.
    #[test]
    fn setting_the_wall_clock_does_not_change_the_steady_clock() {
        let wall = SteadyClock::start().now();
        for started_at in [wall - DAY, wall + DAY] {
            let started = Instant::now();
            let clock = SteadyClock {
                started,
                started_at,
            };
            let elapsed = clock.now().since(started_at);
            assert!(elapsed <= started.elapsed(), "{elapsed:?}");
            assert!(clock.now() >= started_at);
        }
    }
}
