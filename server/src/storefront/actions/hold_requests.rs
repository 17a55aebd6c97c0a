//! The copies that each action takes, for the hold limit.

use app::{
    cart::{AddToCart, SetQuantity},
    order::PlaceOrder,
    waitlist::WaitForCopy,
};

use crate::admission::hold_limit::HoldRequest;

/// A server function that can take copies.
pub(crate) trait TakesCopies {
    /// The copies it asks for.
    fn hold_request(&self) -> HoldRequest;
}

impl TakesCopies for AddToCart {
    fn hold_request(&self) -> HoldRequest {
        HoldRequest::AddCopies {
            key: self.key.clone(),
        }
    }
}

impl TakesCopies for SetQuantity {
    fn hold_request(&self) -> HoldRequest {
        HoldRequest::SetLine {
            book: self.book.clone(),
            quantity: self.quantity,
        }
    }
}

impl TakesCopies for WaitForCopy {
    fn hold_request(&self) -> HoldRequest {
        HoldRequest::AddCopies {
            key: self.key.clone(),
        }
    }
}

impl TakesCopies for PlaceOrder {
    fn hold_request(&self) -> HoldRequest {
        HoldRequest::OrderCart {
            key: self.key.clone(),
        }
    }
}
