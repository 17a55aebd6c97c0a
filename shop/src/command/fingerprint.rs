//! What a command asks for, as a text: two submissions with one key must ask for the same.

use std::fmt::Write;

use super::Command;
use crate::{Book, Email, NewTitle};

impl Command {
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
            // The slug is left out: it may be made from the title, in another way if the first
            // attempt has already taken it.
            Self::AddBook { new, .. } => {
                let NewTitle { book, on_hand } = &**new;
                let Book {
                    slug: _,
                    title,
                    author,
                    isbn,
                    facts,
                    description,
                    cover_alt,
                    price,
                } = book;
                let price = price.cents();
                write!(
                    text,
                    "book\n{on_hand}\n{price}\n{title}\n{author}\n{isbn:?}\n{facts:?}\n{cover_alt}\n{description}"
                )
            }
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
