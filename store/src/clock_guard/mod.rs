//! Detects a wrong clock, and keeps it from ending orders and deleting data.

/// Each start compares the clock with the last movement.
mod judge;
/// Keeps the doubt with the data, so that a restart does not end it and every instance knows it.
mod record;
/// On PostgreSQL, notices if the clock of the database's host is set while the shop is open.
mod steps;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use shop::Timestamp;

pub(crate) use self::record::{ClockRecord, accept, examine, parse};
use self::steps::StepWatch;

/// What is wrong with the store's clock, if anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClockTrouble {
    /// The clock disagrees with the data: overdue orders stay open until it is accepted.
    pub doubt: Option<ClockDoubt>,
    /// The clock was set while the shop was open.
    pub step: Option<ClockStep>,
}

/// The clock disagrees with the shop's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockDoubt {
    /// What the clock showed when the shop was opened.
    pub shown: Timestamp,
    /// The time of the last movement before that, or of the last acceptance.
    pub trusted: Timestamp,
}

/// A jump of the clock, because somebody set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockStep {
    /// What the clock should have shown.
    pub expected: Timestamp,
    /// What it showed.
    pub shown: Timestamp,
}

/// The current trouble with the clock, shared by the parts of a store.
///
/// A clock that is weeks ahead would end every open order, and erase every contact, for good. So
/// while the clock is in doubt, overdue orders stay open and nothing old is deleted, until an owner
/// accepts the clock. Holds end all the same, because that does less harm than copies that are
/// never sold.
#[derive(Debug, Default)]
pub(crate) struct ClockGuard(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    trouble: ClockTrouble,
    /// The record that was read last.
    record: Option<ClockRecord>,
    steps: StepWatch,
}

impl ClockGuard {
    pub(crate) fn trouble(&self) -> ClockTrouble {
        self.lock().trouble
    }

    /// Whether overdue orders stay open, and old rows are kept, for now.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.lock().trouble.doubt.is_some()
    }

    /// Takes over the record that was read from the data, and logs what has changed.
    pub(crate) fn update(&self, record: &ClockRecord) {
        let doubt = record.doubt();
        let mut state = self.lock();
        match (state.trouble.doubt, doubt) {
            (None, Some(ClockDoubt { shown, trusted })) => tracing::warn!(
                clock = %shown,
                last_change = %trusted,
                "the clock does not fit the last change: overdue orders stay open until an owner \
                 confirms the clock at the desk, or --accept-clock does"
            ),
            (Some(_), None) => {
                tracing::info!("the clock is accepted: orders that are overdue end now");
            }
            _ => {}
        }
        state.trouble.doubt = doubt;
        // Only a new acceptance clears a step. The times do not show whether it is new: after a
        // step back, an older acceptance has a later time.
        let is_new = state.record.replace(*record) != Some(*record);
        if is_new && doubt.is_none() {
            state.trouble.step = None;
        }
    }

    /// Takes a reading of a clock that may be set, and notices if it was set since the last
    /// reading.
    pub(crate) fn take_reading(&self, shown: Timestamp, at: Instant) {
        let mut state = self.lock();
        let Some(step) = state.steps.observe(shown, at) else {
            return;
        };
        tracing::error!(
            expected = %step.expected,
            shown = %step.shown,
            "the database's clock jumped against this machine's: it was set, or this machine was \
             suspended; holds may have ended too early or too late"
        );
        state.trouble.step = Some(step);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Code that holds the lock cannot panic halfway through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const HOUR: Duration = Duration::from_secs(60 * 60);
    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    /// Takes a reading of NOW, and one of `shown` at the same instant.
    fn set_clock(guard: &ClockGuard, shown: Timestamp) -> Option<ClockStep> {
        let at = Instant::now();
        guard.take_reading(NOW, at);
        guard.take_reading(shown, at);
        guard.trouble().step
    }

    #[test]
    fn only_a_new_acceptance_clears_a_step_back() {
        let guard = ClockGuard::default();
        let earlier = ClockRecord::accepted(NOW, 1);
        guard.update(&earlier);
        let step = set_clock(&guard, NOW - 2 * HOUR);
        assert!(step.is_some());
        guard.update(&earlier);
        assert_eq!(
            guard.trouble().step,
            step,
            "the clock was accepted before the step"
        );
        guard.update(&ClockRecord::accepted(NOW - HOUR, 1));
        assert_eq!(guard.trouble().step, None);
    }
}
