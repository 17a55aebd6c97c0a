//! What an act is about: a book, an order, a receipt, an import or an account.

use super::Act;
use crate::{OrderCode, ReceiptCode, Slug};

impl Act {
    /// The book that the act is about, if it is about one.
    #[must_use]
    pub fn book(&self) -> Option<&Slug> {
        match self {
            Self::Restocked { book, .. }
            | Self::Counted { book, .. }
            | Self::BookAdded { book, .. }
            | Self::BookEdited { book, .. }
            | Self::CoverSet { book }
            | Self::ReorderPointSet { book, .. }
            | Self::Priced { book, .. }
            | Self::Withdrawn { book }
            | Self::SoldAgain { book }
            | Self::TakenBack { book, .. }
            | Self::ReturnedAtCounter { book, .. }
            | Self::SaleSet { book, .. } => Some(book),
            _ => None,
        }
    }

    /// The order that the act is about, if it is about one.
    #[must_use]
    pub fn order(&self) -> Option<OrderCode> {
        match self {
            Self::OrderReady { order }
            | Self::OrderNotReady { order }
            | Self::OrderCollected { order }
            | Self::OrderCancelled { order }
            | Self::MailSentAgain { order, .. }
            | Self::ContactErased { order } => Some(*order),
            _ => None,
        }
    }

    /// The receipt that was made out, if there is one.
    #[must_use]
    pub fn receipt(&self) -> Option<ReceiptCode> {
        match self {
            Self::SoldAtCounter { receipt, .. } | Self::ReturnedAtCounter { receipt, .. } => {
                Some(*receipt)
            }
            _ => None,
        }
    }

    /// The book's slug, the code of the order or of the sale's receipt, the import's id or the
    /// account's name that the act is about, if it is about one.
    #[must_use]
    pub fn subject(&self) -> Option<String> {
        let book = self.book().map(ToString::to_string);
        let order = self.order().map(|order| order.to_string());
        book.or(order).or_else(|| match self {
            Self::SoldAtCounter { receipt, .. } => Some(receipt.to_string()),
            Self::ImportBegun { import, .. }
            | Self::ImportApplied { import, .. }
            | Self::ImportCancelled { import, .. } => Some(import.to_string()),
            Self::AccountAdded { name, .. }
            | Self::FirstOwnerAdded { name }
            | Self::AccountRemoved { name }
            | Self::PasswordReset { name }
            | Self::Invited { name, .. }
            | Self::InvitationAccepted { name, .. }
            | Self::PasswordLinkMade { name }
            | Self::PasswordChosen { name }
            | Self::LinkWithdrawn { name }
            | Self::RoleChanged { name, .. }
            | Self::SessionsEnded { name, .. } => Some(name.to_string()),
            _ => None,
        })
    }
}
