//! How a provider is asked.

use std::time::Duration;

/// How often, how long, and how many at once.
#[derive(Debug, Clone, Copy)]
pub struct Habits {
    /// Whoever asks has an answer, or a reason why there is none, after this long.
    pub deadline: Duration,
    /// Questions to the provider at once; more wait for their turn, half the deadline at most.
    pub at_once: usize,
    /// As many wait; whoever comes with one more is refused at once.
    pub waiting: usize,
    /// An answer that is not older is not asked for again.
    pub fresh_for: Duration,
    /// One that is not older is given while a newer one is asked for.
    pub kept_for: Duration,
    /// As many terms are remembered.
    pub remembered: u64,
    /// What has failed is not asked for again so soon.
    pub sorry_for: Duration,
    /// A provider that fails is left alone for so long.
    pub rest: Duration,
    /// As many of its last answers say whether it fails: when half of them, or more, were none.
    /// Before there are more than that, nothing is said of it; after a rest two are enough.
    pub looked_back: usize,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(5),
            at_once: 16,
            waiting: 64,
            fresh_for: Duration::from_secs(60),
            kept_for: Duration::from_secs(60 * 60),
            remembered: 2_000,
            sorry_for: Duration::from_secs(5),
            rest: Duration::from_secs(30),
            looked_back: 8,
        }
    }
}

impl Habits {
    /// A turn that comes later leaves the provider too little time: its answer would be late
    /// for no fault of its own, and it would be taken to be down.
    pub(crate) fn turn_within(&self) -> Duration {
        self.deadline / 2
    }

    /// Questions that are on their way or wait for their turn.
    pub(crate) fn at_most(&self) -> usize {
        self.at_once.saturating_add(self.waiting)
    }
}
