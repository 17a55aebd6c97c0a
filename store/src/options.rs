//! The options of a store on either database.

use std::time::Duration;

use shop::Terms;

/// The options of a store.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The owner's terms.
    pub terms: Terms,
    /// How long an order's contact is kept after the order was closed.
    pub keep_contact: Duration,
    /// Whether to trust the clock even if it does not fit the data.
    pub accept_clock: bool,
    /// The most commands that go into one transaction.
    pub batch: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            terms: Terms::default(),
            keep_contact: Duration::from_secs(90 * 24 * 60 * 60),
            accept_clock: false,
            batch: 512,
        }
    }
}
