//! The polls of a page: when the next one starts, and when one is given up.

use std::cmp::min;

use super::{Backoff, Millis};

/// A poll is given up after this time. The server answers within 25 s.
pub(super) const POLL_MS: Millis = 35_000;
/// The longest wait after a refused poll, even if a proxy asks for more.
pub(super) const LONGEST_REFUSAL_MS: Millis = 120_000;

pub(super) const POLL_BACKOFF: Backoff = Backoff::new(500, 4_000);

/// The polls of a page. There is never more than one at a time.
#[derive(Debug, Default)]
pub(super) struct Poll {
    state: State,
    failures: u32,
    /// Whether the last poll was accepted.
    works: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Not needed: the socket works, or has not failed yet.
    #[default]
    Off,
    Resting {
        until: Millis,
    },
    Waiting {
        id: u32,
        since: Millis,
    },
}

impl Poll {
    /// The number of the pending poll.
    pub(super) fn id(&self) -> Option<u32> {
        match self.state {
            State::Waiting { id, .. } => Some(id),
            State::Off | State::Resting { .. } => None,
        }
    }

    /// Whether the page is connected by polls.
    pub(super) fn works(&self) -> bool {
        self.works
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failures > 0
    }

    /// When something is due next.
    pub(super) fn deadline(&self) -> Millis {
        match self.state {
            State::Off => Millis::MAX,
            State::Resting { until } => until,
            State::Waiting { since, .. } => since + POLL_MS,
        }
    }

    /// Starts to poll, if the page does not poll already.
    pub(super) fn begin(&mut self, now: Millis) {
        if self.state == State::Off {
            self.state = State::Resting { until: now };
        }
    }

    /// Whether it is time for the next poll.
    pub(super) fn is_due(&self, now: Millis) -> bool {
        matches!(self.state, State::Resting { until } if now >= until)
    }

    pub(super) fn start(&mut self, id: u32, now: Millis) {
        self.state = State::Waiting { id, since: now };
    }

    /// The number of a poll that was not answered in time.
    pub(super) fn overdue(&self, now: Millis) -> Option<u32> {
        self.id().filter(|_| now >= self.deadline())
    }

    /// Takes in that a poll was accepted. Returns whether the poll before it had failed.
    pub(super) fn accepted(&mut self, id: u32) -> bool {
        if self.id() != Some(id) {
            return false;
        }
        self.works = true;
        std::mem::take(&mut self.failures) > 0
    }

    /// Takes in that a poll was answered. The next one starts at the given time.
    pub(super) fn answered(&mut self, id: u32, next_at: Millis) {
        if self.id() == Some(id) {
            self.state = State::Resting { until: next_at };
        }
    }

    pub(super) fn failed(&mut self, id: u32, now: Millis, chance: f64) {
        if self.id() == Some(id) {
            let until = now + POLL_BACKOFF.wait(self.failures, chance);
            self.state = State::Resting { until };
            self.failures += 1;
            self.works = false;
        }
    }

    /// Takes in that a poll was refused, with the time after which to try again. A random wait is
    /// added, so that pages refused together do not retry together.
    pub(super) fn refused(&mut self, id: u32, after: Millis, now: Millis, chance: f64) {
        self.failed(id, now + min(after, LONGEST_REFUSAL_MS), chance);
    }

    /// Ends the pending poll, whose number it returns. The next one starts at once.
    pub(super) fn interrupt(&mut self, now: Millis) -> Option<u32> {
        let id = self.id()?;
        self.state = State::Resting { until: now };
        Some(id)
    }
}
