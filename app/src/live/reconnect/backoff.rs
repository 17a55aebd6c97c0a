//! The wait before a retry.

use std::cmp::min;

use super::Millis;

/// Exponential backoff with full jitter: a random wait up to a bound that doubles with each
/// failure.
///
/// (M. Brooker, “Exponential Backoff And Jitter”, AWS Architecture Blog, 2015.)
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backoff {
    base: Millis,
    pub(super) cap: Millis,
}

impl Backoff {
    pub(crate) const fn new(base: Millis, cap: Millis) -> Self {
        Self { base, cap }
    }

    /// The wait after this many failures in a row.
    pub(crate) fn wait(self, failures: u32, chance: f64) -> Millis {
        let bound = min(self.cap, self.base << min(failures, 16));
        fraction(bound, chance)
    }
}

/// A fraction of a time. The times here are far below 2^52 ms, so no precision is lost.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small whole numbers, and chance is from 0 up to 1"
)]
pub(super) fn fraction(time: Millis, chance: f64) -> Millis {
    (time as f64 * chance.clamp(0.0, 1.0)) as Millis
}
