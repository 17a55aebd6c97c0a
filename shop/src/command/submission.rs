//! Recognises a command that is sent again.

use std::fmt::Write;

use super::Command;
use crate::{Email, Key, ShopperId};

impl Command {
    /// The sender and the idempotency key, if the command has one.
    #[must_use]
    pub fn submission(&self) -> Option<(ShopperId, &Key)> {
        match self.without_author() {
            Self::Add { shopper, key, .. }
            | Self::PlaceOrder { shopper, key, .. }
            | Self::Wait { shopper, key, .. } => key.as_ref().map(|key| (*shopper, key)),
            Self::Restock { submission, .. }
            | Self::SellAtCounter { submission, .. }
            | Self::TakeReturn { submission, .. } => {
                submission.as_ref().map(|(who, key)| (*who, key))
            }
            _ => None,
        }
    }

    /// A text that is equal for two submissions of the same request.
    ///
    /// It may contain contact data, so it must be hashed before it is stored.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = match self.without_author() {
            Self::Add { book, quantity, .. } => write!(text, "add\n{book}\n{quantity}"),
            Self::PlaceOrder { contact, .. } => {
                let (name, reach) = (contact.name(), contact.email_or_phone());
                let note = contact
                    .note()
                    .map_or(String::new(), |note| format!("\n{note}"));
                write!(text, "order\n{name}\n{reach}{note}")
            }
            Self::Wait { book, email, .. } => {
                let email = email.as_ref().map_or("", Email::as_str);
                write!(text, "wait\n{book}\n{email}")
            }
            Self::Restock {
                book,
                change,
                reason,
                ..
            } => write!(text, "restock\n{book}\n{change}\n{reason}"),
            Self::SellAtCounter { basket, .. } => {
                let lines = basket.lines().iter();
                let lines = lines.map(|line| format!("\n{} {}", line.book, line.quantity));
                write!(text, "counter{}", lines.collect::<String>())
            }
            Self::TakeReturn {
                book,
                quantity,
                refund,
                damaged,
                reason,
                ..
            } => {
                let refund = refund.map_or(String::new(), |price| price.cents().to_string());
                write!(
                    text,
                    "return\n{book}\n{quantity}\n{refund}\n{damaged}\n{reason}"
                )
            }
            other => write!(text, "{other:?}"),
        };
        text
    }
}
