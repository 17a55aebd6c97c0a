//! A clock that stands still until a test moves it.

use std::{
    sync::atomic::{AtomicU64, Ordering::SeqCst},
    time::Duration,
};

use shop::Timestamp;
use store::Clock;

pub struct TestClock(AtomicU64);

impl TestClock {
    /// Starts at a time in the past, so that any wall-clock time is later.
    pub fn new() -> Self {
        Self(AtomicU64::new(1_700_000_000_000))
    }

    pub fn pass(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap();
        self.0.fetch_add(millis, SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(SeqCst))
    }
}
