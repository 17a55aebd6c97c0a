//! What can be asked of the shop.

use std::{fmt::Write, num::NonZeroI32};

use crate::{
    Contact, Delivery, Email, HoldId, Key, OrderCode, Price, Quantity, Reason, Sale, ShopperId,
    Slug,
};

/// A wish of a shopper or of the shop's staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// More copies into the cart.
    Add {
        /// Whose cart.
        shopper: ShopperId,
        /// Which book.
        book: Slug,
        /// How many more.
        quantity: Quantity,
        /// Names this submission.
        key: Option<Key>,
    },
    /// So many copies in the cart, no more and no fewer; none removes the line.
    SetQuantity {
        /// Whose cart.
        shopper: ShopperId,
        /// Which book.
        book: Slug,
        /// How many in all.
        quantity: Option<Quantity>,
    },
    /// More time for a line of the cart.
    Extend {
        /// Whose cart.
        shopper: ShopperId,
        /// Which book.
        book: Slug,
    },
    /// The cart turns into an order.
    PlaceOrder {
        /// Whose cart.
        shopper: ShopperId,
        /// The code it will have, drawn at random by whoever asks.
        code: OrderCode,
        /// Who collects.
        contact: Contact,
        /// Names this submission.
        key: Option<Key>,
    },
    /// An order is handed over or called off.
    CloseOrder {
        /// Which order.
        code: OrderCode,
        /// What happened to it.
        closing: Closing,
    },
    /// An order's copies lie ready at the counter.
    ReadyOrder {
        /// Which order.
        code: OrderCode,
    },
    /// The shop takes back what is in somebody's cart, or offered to them.
    TakeBack {
        /// Whose cart.
        shopper: ShopperId,
        /// Which book.
        book: Slug,
        /// This hold and no later one, where one is named.
        hold: Option<HoldId>,
        /// Why, for the ledger.
        reason: Reason,
    },
    /// What a book costs from now on. What is in carts keeps its price.
    SetPrice {
        /// Which book.
        book: Slug,
        /// What one copy costs.
        price: Price,
    },
    /// A book is not sold any more, or again.
    Withdraw {
        /// Which book.
        book: Slug,
        /// Whether it is withdrawn from now on.
        withdrawn: bool,
        /// Why, for the ledger.
        reason: Reason,
    },
    /// Word is wanted when a copy comes back.
    Wait {
        /// Who waits.
        shopper: ShopperId,
        /// For which book.
        book: Slug,
        /// Whether a page of theirs is open, on which they would see it.
        live: bool,
        /// Where else they can be told.
        email: Option<Email>,
        /// Names this submission.
        key: Option<Key>,
    },
    /// No word is wanted any more, nor what is being offered.
    Leave {
        /// Who waits no more.
        shopper: ShopperId,
        /// For which book.
        book: Slug,
    },
    /// What is offered goes into the cart.
    Accept {
        /// To whom it is offered.
        shopper: ShopperId,
        /// Which book.
        book: Slug,
    },
    /// These shoppers have pages open at this moment.
    Attend {
        /// All of them wait for some book.
        shoppers: Vec<ShopperId>,
    },
    /// A book is sold from a time on, or to each only so often.
    SetSale {
        /// Which book.
        book: Slug,
        /// On which terms from now on.
        sale: Sale,
    },
    /// Copies come into the shop, or the count is corrected.
    Restock {
        /// Which book.
        book: Slug,
        /// By how many copies; negative only for a correction.
        change: NonZeroI32,
        /// Why.
        reason: Reason,
        /// Names this submission, and who sends it.
        submission: Option<(ShopperId, Key)>,
    },
    /// The copies of a book were counted at this moment.
    Count {
        /// Which book.
        book: Slug,
        /// How many are in the shop, those included that are set aside.
        on_hand: u32,
        /// Why.
        reason: Reason,
    },
    /// Lines of an import.
    Deliver(Delivery),
}

/// What happens to an order in the end, by somebody's hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// Handed over.
    Collected,
    /// Called off.
    Cancelled,
}

impl Command {
    /// The shopper and the key of a command that may come twice.
    #[must_use]
    pub fn submission(&self) -> Option<(ShopperId, &Key)> {
        match self {
            Self::Add { shopper, key, .. }
            | Self::PlaceOrder { shopper, key, .. }
            | Self::Wait { shopper, key, .. } => key.as_ref().map(|key| (*shopper, key)),
            Self::Restock { submission, .. } => submission.as_ref().map(|(who, key)| (*who, key)),
            _ => None,
        }
    }

    /// What makes two submissions the same one, as text. It may hold contact
    /// data: it is to be hashed before it is kept.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Add { book, quantity, .. } => write!(text, "add\n{book}\n{quantity}"),
            Self::PlaceOrder { contact, .. } => {
                let (name, reach) = (contact.name(), contact.reach());
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
            other => write!(text, "{other:?}"),
        };
        text
    }

    /// The book that it is about, if it is about one.
    #[must_use]
    pub fn book(&self) -> Option<&Slug> {
        match self {
            Self::Add { book, .. }
            | Self::SetQuantity { book, .. }
            | Self::Extend { book, .. }
            | Self::Wait { book, .. }
            | Self::Leave { book, .. }
            | Self::Accept { book, .. }
            | Self::SetSale { book, .. }
            | Self::Count { book, .. }
            | Self::Restock { book, .. }
            | Self::TakeBack { book, .. }
            | Self::Withdraw { book, .. }
            | Self::SetPrice { book, .. } => Some(book),
            Self::PlaceOrder { .. }
            | Self::CloseOrder { .. }
            | Self::ReadyOrder { .. }
            | Self::Attend { .. }
            | Self::Deliver(_) => None,
        }
    }

    /// The shopper whose cart it is about, if it is about one.
    #[must_use]
    pub fn shopper(&self) -> Option<ShopperId> {
        match self {
            Self::Add { shopper, .. }
            | Self::SetQuantity { shopper, .. }
            | Self::Extend { shopper, .. }
            | Self::Wait { shopper, .. }
            | Self::Leave { shopper, .. }
            | Self::Accept { shopper, .. }
            | Self::TakeBack { shopper, .. }
            | Self::PlaceOrder { shopper, .. } => Some(*shopper),
            Self::CloseOrder { .. }
            | Self::ReadyOrder { .. }
            | Self::SetPrice { .. }
            | Self::Withdraw { .. }
            | Self::Restock { .. }
            | Self::Count { .. }
            | Self::Deliver(_)
            | Self::Attend { .. }
            | Self::SetSale { .. } => None,
        }
    }
}
