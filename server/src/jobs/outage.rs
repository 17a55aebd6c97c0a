//! Logs a repeated failure only once, when it begins.

use store::StoreError;

/// Whether the store fails at the moment.
#[derive(Debug, Default)]
pub(crate) struct Outage {
    reported: bool,
}

impl Outage {
    /// Logs the first failure in a row as a warning, and the others at the debug level.
    pub(crate) fn report(&mut self, error: &StoreError, what: &'static str) {
        let first = !std::mem::replace(&mut self.reported, true);
        let error = error as &dyn std::error::Error;
        if first {
            tracing::warn!(error, "{what}");
        } else {
            tracing::debug!(error, "{what}");
        }
    }

    /// Records that the store has answered.
    pub(crate) fn is_over(&mut self) {
        self.reported = false;
    }
}
