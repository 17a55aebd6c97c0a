//! What the shop itself does to its stock.

use super::world::{Cause, World};
use crate::{Delta, Done, MovementKind, Refusal, Slug};

impl World {
    /// Copies come in, or the count is corrected; never below what is promised.
    pub(super) fn restock(
        &mut self,
        book: &Slug,
        change: i32,
        reason: &str,
    ) -> Result<Done, Refusal> {
        let before = self.on_shelf(book)?.stock;
        let kind = if change > 0 {
            MovementKind::Restocked
        } else {
            MovementKind::Adjusted
        };
        let delta = Delta {
            on_hand: i64::from(change),
            ..Delta::default()
        };
        let cause = Cause {
            reason: Some(reason.to_owned()),
            ..Cause::default()
        };
        let stock =
            self.move_copies(book, kind, delta, cause)
                .map_err(|refusal| match refusal {
                    Refusal::SoldOut { .. } => Refusal::Promised {
                        promised: before.held + before.allocated,
                    },
                    other => other,
                })?;
        Ok(Done::Stocked(stock.level(book.clone())))
    }
}
