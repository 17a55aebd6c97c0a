//! The errors of the API, each with its code.

mod body;
mod conversions;
mod invalid_input;
#[cfg(feature = "leptos")]
mod server_fn;

use std::fmt;

use serde::{Deserialize, Serialize};
use shop::{Price, Slug, Timestamp};

pub use body::ErrorBody;
pub use invalid_input::InvalidInput;

/// Why a request failed. As JSON it is an [`ErrorBody`]; the messages are in the app's
/// `i18n`, in each of the shop's languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "ErrorBody", from = "ErrorBody")]
pub enum ShopError {
    /// No copies are available. 409.
    SoldOut,
    /// Fewer copies are available than were asked for, but some are. 409.
    TooFew,
    /// The book is no longer sold. 409.
    Withdrawn,
    /// More copies than one shopper may have. 409.
    OverLimit {
        /// The limit, where it is known.
        limit: Option<u32>,
    },
    /// The sale has not opened. 409.
    NotYet {
        /// When it opens, where it is known.
        opens_at: Option<Timestamp>,
    },
    /// A shopper cannot wait for a book that is in their cart. 409.
    InCart,
    /// The shopper is on too many waitlists. 409.
    TooManyWaits,
    /// There is no offer, or it has expired. 409.
    NoOffer,
    /// Not an e-mail address. 422.
    NoEmail,
    /// No such line in the cart. 409.
    NotInCart,
    /// The hold cannot be made longer. 409.
    HeldLongEnough,
    /// The cart is empty. 409.
    EmptyCart,
    /// Nothing in the cart can be ordered. 409.
    NothingToOrder {
        /// The books that cannot be ordered.
        gone: Vec<Slug>,
    },
    /// The cart's total differs from the one that the shopper was shown. 409.
    PriceChanged {
        /// The total of the cart, where it is known.
        total: Option<Price>,
    },
    /// An order without a name. 422.
    NoName,
    /// A name that is too long. 422.
    LongName,
    /// A name with control characters. 422.
    OddName,
    /// Neither an e-mail address nor a telephone number. 422.
    NoEmailOrPhone,
    /// A note that is too long. 422.
    LongNote,
    /// The order is already closed. 409.
    OrderClosed,
    /// No book of that name. 404.
    NoSuchBook,
    /// No order with that code. 404.
    NoSuchOrder,
    /// The key was used before, for something else. 422.
    KeyReused,
    /// The request could not be understood. 422.
    BadInput(InvalidInput),
    /// The cookie is not one of this shop's. 403.
    UnknownShopper,
    /// A browser did not send the shop's cookie. 403.
    NoCookie,
    /// Too many actions from one network address. 429.
    TooOften,
    /// Too busy, or the outcome is not known. 503: try again.
    Busy,
    /// The disk is full. 503: try again later.
    CannotWrite,
    /// No answer from the shop; only a browser reports this.
    Unreachable,
}

/// The most books that [`ShopError::to_query`] names.
const MOST_GONE: usize = 20;

impl ShopError {
    /// Every error, without its details.
    const ALL: [Self; 30] = [
        Self::SoldOut,
        Self::TooFew,
        Self::Withdrawn,
        Self::OverLimit { limit: None },
        Self::NotYet { opens_at: None },
        Self::InCart,
        Self::TooManyWaits,
        Self::NoOffer,
        Self::NoEmail,
        Self::NotInCart,
        Self::HeldLongEnough,
        Self::EmptyCart,
        Self::NothingToOrder { gone: Vec::new() },
        Self::PriceChanged { total: None },
        Self::NoName,
        Self::LongName,
        Self::OddName,
        Self::NoEmailOrPhone,
        Self::LongNote,
        Self::OrderClosed,
        Self::NoSuchBook,
        Self::NoSuchOrder,
        Self::KeyReused,
        Self::BadInput(InvalidInput::Unclear),
        Self::UnknownShopper,
        Self::NoCookie,
        Self::TooOften,
        Self::Busy,
        Self::CannotWrite,
        Self::Unreachable,
    ];

    /// The code, on the wire and in URLs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SoldOut => "sold_out",
            Self::TooFew => "too_few",
            Self::Withdrawn => "withdrawn_book",
            Self::OverLimit { .. } => "over_limit",
            Self::NotYet { .. } => "not_yet",
            Self::InCart => "in_cart",
            Self::TooManyWaits => "too_many_waits",
            Self::NoOffer => "no_offer",
            Self::NoEmail => "no_email",
            Self::NotInCart => "not_in_cart",
            Self::HeldLongEnough => "held_long_enough",
            Self::EmptyCart => "empty_cart",
            Self::NothingToOrder { .. } => "nothing_to_order",
            Self::PriceChanged { .. } => "price_changed",
            Self::NoName => "no_name",
            Self::LongName => "long_name",
            Self::OddName => "odd_name",
            Self::NoEmailOrPhone => "no_reach",
            Self::LongNote => "long_note",
            Self::OrderClosed => "order_closed",
            Self::NoSuchBook => "no_such_book",
            Self::NoSuchOrder => "no_such_order",
            Self::KeyReused => "key_reused",
            Self::BadInput(_) => "bad_input",
            Self::UnknownShopper => "unknown_shopper",
            Self::NoCookie => "no_cookie",
            Self::TooOften => "too_often",
            Self::Busy => "busy",
            Self::CannotWrite => "cannot_write",
            Self::Unreachable => "unreachable",
        }
    }

    /// The error with this code.
    ///
    /// URLs contain codes and not messages, so that no link can make the shop show a text of the
    /// link's author.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|error| error.code() == code)
    }

    /// The error as the query of a URL: its code, and the books in `gone`.
    #[must_use]
    pub fn to_query(&self) -> String {
        let code = self.code();
        match self {
            Self::NothingToOrder { gone } => {
                let gone: Vec<&str> = gone.iter().take(MOST_GONE).map(Slug::as_str).collect();
                format!("notice={code}&gone={}", gone.join(","))
            }
            _ => format!("notice={code}"),
        }
    }
}

/// Writes the code, for logs.
impl fmt::Display for ShopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for ShopError {}

#[cfg(test)]
mod tests;
