//! The store's clock: which moment it is, for holds and orders.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use shop::Timestamp;

/// Tells the moment.
pub trait Clock: Send + Sync + 'static {
    /// The moment it is now.
    fn now(&self) -> Timestamp;
}

/// The wall clock as it was when this process started, and from then on a clock
/// that neither jumps nor stands still: a wall clock set a day forward ends no
/// hold, and one set back keeps none.
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

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        self.started_at + self.started.elapsed()
    }
}
