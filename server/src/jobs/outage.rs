//! Logs a failure that repeats once, when it begins.

use store::StoreError;

/// Whether the store fails at the moment.
#[derive(Debug, Default)]
pub(crate) struct Outage {
    reported: bool,
}

impl Outage {
    /// Logs the first failure in a row; the next ones only for those who debug.
    pub(crate) fn report(&mut self, error: &StoreError, what: &'static str) {
        let first = !std::mem::replace(&mut self.reported, true);
        let error = error as &dyn std::error::Error;
        if first {
            tracing::warn!(error, "{what}");
        } else {
            tracing::debug!(error, "{what}");
        }
    }

    /// The store has answered.
    pub(crate) fn is_over(&mut self) {
        self.reported = false;
    }
}
