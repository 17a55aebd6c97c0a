//! The domain's refusals as errors of the API.

use shop::{InvalidContact, InvalidEmail, Refusal};

use super::ShopError;

impl From<Refusal> for ShopError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoSuchBook(_) => Self::NoSuchBook,
            Refusal::SoldOut { available: 0 } => Self::SoldOut,
            Refusal::SoldOut { .. } | Refusal::Promised { .. } => Self::TooFew,
            Refusal::Withdrawn => Self::Withdrawn,
            Refusal::TooManyCopies => Self::OverLimit { limit: None },
            Refusal::OverLimit { limit } => Self::OverLimit { limit: Some(limit) },
            Refusal::NotInCart => Self::NotInCart,
            Refusal::HeldLongEnough => Self::HeldLongEnough,
            Refusal::EmptyCart => Self::EmptyCart,
            Refusal::NothingToOrder { gone } => Self::NothingToOrder { gone },
            Refusal::PriceChanged { total } => Self::PriceChanged { total: Some(total) },
            Refusal::NoSuchOrder(_) => Self::NoSuchOrder,
            Refusal::OrderClosed => Self::OrderClosed,
            Refusal::NotYet { opens_at } => Self::NotYet {
                opens_at: Some(opens_at),
            },
            Refusal::InCart => Self::InCart,
            Refusal::TooManyWaits { .. } => Self::TooManyWaits,
            Refusal::NoOffer => Self::NoOffer,
            // Only the desk is refused for these reasons, never a shopper's request.
            Refusal::NotImporting
            | Refusal::SaleChanged
            | Refusal::SlugTaken(_)
            | Refusal::IsbnTaken { .. }
            | Refusal::BookChanged => Self::OrderClosed,
            Refusal::KeyReused => Self::KeyReused,
        }
    }
}

impl From<InvalidContact> for ShopError {
    fn from(reason: InvalidContact) -> Self {
        match reason {
            InvalidContact::NoName => Self::NoName,
            InvalidContact::LongName => Self::LongName,
            InvalidContact::OddName => Self::OddName,
            InvalidContact::NoEmailOrPhone => Self::NoEmailOrPhone,
            InvalidContact::LongNote => Self::LongNote,
        }
    }
}

impl From<InvalidEmail> for ShopError {
    fn from(_: InvalidEmail) -> Self {
        Self::NoEmail
    }
}
