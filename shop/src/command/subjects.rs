//! What a command is about: its book, its order and its shopper.

use super::Command;
use crate::{BasketLine, OrderCode, ShopperId, Slug};

impl Command {
    /// The book that the command names, if it names exactly one.
    #[must_use]
    pub fn book(&self) -> Option<&Slug> {
        match self.without_author() {
            Self::Add { book, .. }
            | Self::SetQuantity { book, .. }
            | Self::Extend { book, .. }
            | Self::Wait { book, .. }
            | Self::Leave { book, .. }
            | Self::Accept { book, .. }
            | Self::OfferFailed { book, .. }
            | Self::SetSale { book, .. }
            | Self::Count { book, .. }
            | Self::Restock { book, .. }
            | Self::TakeReturn { book, .. }
            | Self::TakeBack { book, .. }
            | Self::Withdraw { book, .. }
            | Self::SetPrice { book, .. }
            | Self::TakeFilePrice { book } => Some(book),
            Self::AddBook { new, .. } => Some(&new.book.slug),
            Self::EditBook(edit) => Some(&edit.book.slug),
            Self::PlaceOrder { .. }
            | Self::CloseOrder { .. }
            | Self::ReadyOrder { .. }
            | Self::NotReadyOrder { .. }
            | Self::SendMailAgain { .. }
            | Self::EraseContact { .. }
            | Self::OfferAvailable { .. }
            | Self::ConfirmationFailed { .. }
            | Self::SellAtCounter { .. }
            | Self::ImportLines(_)
            | Self::ByStaff(_) => None,
        }
    }

    /// The books whose copies the command is about, whether it names one or several.
    pub fn books(&self) -> impl Iterator<Item = &Slug> {
        let basket: &[BasketLine] = match self.without_author() {
            Self::SellAtCounter { basket, .. } => basket.lines(),
            _ => &[],
        };
        let sold = basket.iter().map(|line| &line.book);
        self.book().into_iter().chain(sold)
    }

    /// The code of the order that the command names, if it names one.
    #[must_use]
    pub fn order(&self) -> Option<OrderCode> {
        match self.without_author() {
            Self::CloseOrder { code, .. }
            | Self::ReadyOrder { code }
            | Self::NotReadyOrder { code }
            | Self::SendMailAgain { code, .. }
            | Self::EraseContact { code }
            | Self::ConfirmationFailed { code } => Some(*code),
            _ => None,
        }
    }

    /// The shopper that the command is for, if there is one.
    #[must_use]
    pub fn shopper(&self) -> Option<ShopperId> {
        match self.without_author() {
            Self::Add { shopper, .. }
            | Self::SetQuantity { shopper, .. }
            | Self::Extend { shopper, .. }
            | Self::Wait { shopper, .. }
            | Self::Leave { shopper, .. }
            | Self::Accept { shopper, .. }
            | Self::OfferFailed { shopper, .. }
            | Self::TakeBack { shopper, .. }
            | Self::PlaceOrder { shopper, .. } => Some(*shopper),
            Self::CloseOrder { .. }
            | Self::ReadyOrder { .. }
            | Self::NotReadyOrder { .. }
            | Self::SendMailAgain { .. }
            | Self::EraseContact { .. }
            | Self::ConfirmationFailed { .. }
            | Self::SetPrice { .. }
            | Self::TakeFilePrice { .. }
            | Self::AddBook { .. }
            | Self::EditBook(_)
            | Self::Withdraw { .. }
            | Self::Restock { .. }
            | Self::Count { .. }
            | Self::SellAtCounter { .. }
            | Self::TakeReturn { .. }
            | Self::ImportLines(_)
            | Self::OfferAvailable { .. }
            | Self::SetSale { .. }
            | Self::ByStaff(_) => None,
        }
    }
}
