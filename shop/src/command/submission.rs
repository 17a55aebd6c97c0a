//! Recognises a command that is sent again.

use super::Command;
use crate::{Key, ShopperId};

impl Command {
    /// The sender and the idempotency key, if the command has one.
    #[must_use]
    pub fn submission(&self) -> Option<(ShopperId, &Key)> {
        match self.without_author() {
            Self::Add { shopper, key, .. }
            | Self::PlaceOrder { shopper, key, .. }
            | Self::Wait { shopper, key, .. } => key.as_ref().map(|key| (*shopper, key)),
            Self::Restock { submission, .. }
            | Self::AddBook { submission, .. }
            | Self::SellAtCounter { submission, .. }
            | Self::TakeReturn { submission, .. } => {
                submission.as_ref().map(|(who, key)| (*who, key))
            }
            _ => None,
        }
    }
}
