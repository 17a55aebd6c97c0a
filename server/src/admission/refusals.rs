//! Counts refused shopper actions by reason, for `/metrics` and the dashboard.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use app::desk::dashboard::RefusalReason;
use protocol::ShopError;

use crate::metric::Count;

/// Refused actions since the start.
#[derive(Debug, Default)]
pub(crate) struct RefusalCounts([AtomicU64; RefusalReason::ALL.len()]);

impl RefusalCounts {
    /// Counts the error of an action, if it is a refusal.
    pub(crate) fn note(&self, error: &ShopError) {
        if let Some(reason) = reason(error) {
            self.0[reason as usize].fetch_add(1, Relaxed);
        }
    }

    /// The count for each reason.
    pub(crate) fn by_reason(&self) -> [(RefusalReason, u64); RefusalReason::ALL.len()] {
        RefusalReason::ALL.map(|reason| (reason, self.0[reason as usize].load(Relaxed)))
    }

    /// The total of all reasons.
    pub(crate) fn total(&self) -> u64 {
        self.by_reason().iter().map(|(_, count)| count).sum()
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = Count> + use<> {
        self.by_reason().into_iter().map(|(reason, count)| {
            Count(
                "burts_actions_refused_total",
                label(reason),
                "Shopper actions refused, by reason",
                count,
            )
        })
    }
}

const fn label(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::SoldOut => "reason=\"sold_out\"",
        RefusalReason::OverLimit => "reason=\"over_limit\"",
        RefusalReason::NotYet => "reason=\"not_yet\"",
        RefusalReason::TooLate => "reason=\"too_late\"",
        RefusalReason::TooOften => "reason=\"too_often\"",
        RefusalReason::Busy => "reason=\"busy\"",
    }
}

/// The reason, if the shop refused the action. Invalid input and items that are already in the cart
/// are not counted.
fn reason(error: &ShopError) -> Option<RefusalReason> {
    Some(match error {
        ShopError::SoldOut | ShopError::TooFew => RefusalReason::SoldOut,
        ShopError::OverLimit { .. } | ShopError::TooManyWaits => RefusalReason::OverLimit,
        ShopError::NotYet { .. } => RefusalReason::NotYet,
        ShopError::NothingToOrder { .. }
        | ShopError::NotInCart
        | ShopError::HeldLongEnough
        | ShopError::NoOffer
        | ShopError::OrderClosed => RefusalReason::TooLate,
        ShopError::TooOften => RefusalReason::TooOften,
        ShopError::Busy | ShopError::CannotWrite => RefusalReason::Busy,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use protocol::InvalidInput;

    use super::*;

    #[test]
    fn refusals_are_counted_and_invalid_input_is_not() {
        let refusals = RefusalCounts::default();
        refusals.note(&ShopError::SoldOut);
        refusals.note(&ShopError::TooFew);
        refusals.note(&ShopError::TooOften);
        refusals.note(&ShopError::BadInput(InvalidInput::Unclear));
        refusals.note(&ShopError::InCart);
        assert_eq!(refusals.total(), 3);
        let counted: Vec<_> = refusals.by_reason().into_iter().collect();
        assert!(
            counted.contains(&(RefusalReason::SoldOut, 2)),
            "{counted:?}"
        );
        assert!(
            counted.contains(&(RefusalReason::TooOften, 1)),
            "{counted:?}"
        );
        for (at, reason) in RefusalReason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, at, "each has a counter of its own");
        }
    }
}
