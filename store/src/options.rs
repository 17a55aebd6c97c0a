//! The options of a store on either database.

use std::time::Duration;

use shop::Terms;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The options of a store.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The owner's terms.
    pub terms: Terms,
    /// How long an order's contact is kept after the order was closed.
    pub keep_contact: Duration,
    /// How long entries of the journal are kept, at least [`SHORTEST_JOURNAL`](crate::SHORTEST_JOURNAL).
    pub keep_journal: Duration,
    /// Whether to trust the clock even if it does not fit the data.
    pub accept_clock: bool,
    /// The most commands that go into one transaction.
    pub batch: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            terms: Terms::default(),
            keep_contact: 90 * DAY,
            keep_journal: 730 * DAY,
            accept_clock: false,
            batch: 512,
        }
    }
}
