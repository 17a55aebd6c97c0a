//! Doubts about the clock, and what they hold back.
//!
//! A start with a clock that is weeks ahead would end every open order for good. So each start
//! compares the clock with the last movement (`judge`). While the clock is in doubt, overdue orders
//! stay open and nothing old is deleted, until an owner accepts the clock. Holds end all the same,
//! because that does less harm than copies that are never sold. `record` keeps the doubt with the
//! data, so that a restart does not end it and every instance knows it.
//!
//! On PostgreSQL the clock is that of the database's host, which may be set while the shop is open:
//! `steps` notices that.

mod judge;
mod record;
mod steps;

use std::sync::{Mutex, MutexGuard, PoisonError};

use shop::Timestamp;

pub(crate) use self::{
    record::{ClockRecord, accept, examine, parse},
    steps::StepWatch,
};

/// What is wrong with the store's clock, if anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClockTrouble {
    /// Overdue orders stay open until the clock is accepted.
    pub doubt: Option<ClockDoubt>,
    /// The clock was set while the shop was open.
    pub step: Option<ClockStep>,
}

/// The clock disagrees with the shop's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockDoubt {
    /// What the clock showed when the shop was opened.
    pub shown: Timestamp,
    /// The time of the last movement before that.
    pub trusted: Timestamp,
}

/// A clock that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockStep {
    /// What the clock should have shown.
    pub expected: Timestamp,
    /// What it showed.
    pub shown: Timestamp,
}

/// The present trouble with the clock, shared by the parts of a store.
#[derive(Debug, Default)]
pub(crate) struct ClockGuard(Mutex<ClockTrouble>);

impl ClockGuard {
    pub(crate) fn trouble(&self) -> ClockTrouble {
        *self.lock()
    }

    /// Whether overdue orders stay open for now.
    pub(crate) fn keeps_overdue_orders(&self) -> bool {
        self.lock().doubt.is_some()
    }

    /// Takes over what the data says, and logs what is new.
    pub(crate) fn update(&self, record: Option<&ClockRecord>) {
        let doubt = record.and_then(ClockRecord::doubt);
        let mut trouble = self.lock();
        match (trouble.doubt, doubt) {
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
        trouble.doubt = doubt;
        let accepted = record.and_then(ClockRecord::accepted_at);
        let is_answered = |step: &ClockStep| accepted.is_some_and(|at| at >= step.shown);
        trouble.step = trouble.step.filter(|step| !is_answered(step));
    }

    /// Records and logs that the clock was set.
    pub(crate) fn note_step(&self, step: ClockStep) {
        tracing::error!(
            expected = %step.expected,
            shown = %step.shown,
            "the database's clock jumped against this machine's: it was set, or this machine was \
             suspended; holds may have ended too early or too late"
        );
        self.lock().step = Some(step);
    }

    /// Ends all trouble, because the clock was accepted.
    pub(crate) fn accept(&self) {
        *self.lock() = ClockTrouble::default();
    }

    fn lock(&self) -> MutexGuard<'_, ClockTrouble> {
        // Code that holds the lock cannot panic halfway through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
