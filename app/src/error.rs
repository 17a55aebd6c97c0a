//! How a wish can fail, as the person or program who had it is told.

use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::codec::JsonEncoding,
};
use serde::{Deserialize, Serialize};

/// Why a server function did not do what was asked. Its `Display` is the
/// sentence that is shown; on the wire it is `{"error": sentence, "code": code}`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(into = "ErrorBody", from = "ErrorBody")]
pub enum ShopError {
    /// Too few copies are available. 409.
    #[error("Sold out: every copy is taken.")]
    SoldOut,
    /// Fewer copies are available than were asked for, but some are. 409.
    #[error("There are not that many copies left.")]
    TooFew,
    /// More than one shopper may have. 409.
    #[error("That is more copies of one book than one shopper can have.")]
    OverLimit,
    /// No such line in the cart. 409.
    #[error("That is not in your cart any more.")]
    NotInCart,
    /// The hold cannot be made longer. 409.
    #[error("It has been held for as long as the shop can hold it. Please order it now.")]
    HeldLongEnough,
    /// Nothing in the cart can be ordered. 409.
    #[error(
        "Nothing in your cart can be ordered any more: its time ran out, and others have taken it."
    )]
    NothingToOrder,
    /// The order is closed already. 409.
    #[error("This order is closed already.")]
    OrderClosed,
    /// No book of that name. 404.
    #[error("There is no such book in this shop.")]
    NoSuchBook,
    /// No order with that code. 404.
    #[error("There is no order with this code.")]
    NoSuchOrder,
    /// The key came before, with something else. 422.
    #[error("This was sent before with other content. Please reload the page and try again.")]
    KeyReused,
    /// The request could not be understood. 422.
    #[error("{0}")]
    BadInput(String),
    /// The cookie is not one that this shop has given out. 403.
    #[error(
        "This shop does not know your cookie, so you start with an empty cart. Please try again."
    )]
    UnknownShopper,
    /// From one network address, copies were taken too often. 429.
    #[error("Much has been put into carts from your network just now. Please wait a moment.")]
    TooOften,
    /// Too much to do, or the outcome is not known. 503: try again.
    #[error("The shop cannot do this just now. Please try again in a moment.")]
    Busy,
    /// There is no room to write anything down. 503: try again later.
    #[error(
        "The shop cannot write anything down just now, so nothing has changed. Please try again later."
    )]
    CannotWrite,
    /// The shop was not reached at all; only a browser says this.
    #[error("The shop cannot be reached just now. Please try again in a moment.")]
    Unreachable,
}

/// The longest explanation of a bad request that is sent back, in characters.
const LONGEST_REASON: usize = 200;

impl ShopError {
    /// The word for it on the wire and in addresses.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SoldOut => "sold_out",
            Self::TooFew => "too_few",
            Self::OverLimit => "over_limit",
            Self::NotInCart => "not_in_cart",
            Self::HeldLongEnough => "held_long_enough",
            Self::NothingToOrder => "nothing_to_order",
            Self::OrderClosed => "order_closed",
            Self::NoSuchBook => "no_such_book",
            Self::NoSuchOrder => "no_such_order",
            Self::KeyReused => "key_reused",
            Self::BadInput(_) => "bad_input",
            Self::UnknownShopper => "unknown_shopper",
            Self::TooOften => "too_often",
            Self::Busy => "busy",
            Self::CannotWrite => "cannot_write",
            Self::Unreachable => "unreachable",
        }
    }

    /// What a code in an address stands for, if it stands for anything. The
    /// sentence is ours, never the address's: a link can put no words in our mouth.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let known = [
            Self::SoldOut,
            Self::TooFew,
            Self::OverLimit,
            Self::NotInCart,
            Self::HeldLongEnough,
            Self::NothingToOrder,
            Self::OrderClosed,
            Self::NoSuchBook,
            Self::NoSuchOrder,
            Self::KeyReused,
            Self::bad_input("please check what you have entered"),
            Self::UnknownShopper,
            Self::TooOften,
            Self::Busy,
            Self::CannotWrite,
            Self::Unreachable,
        ];
        known.into_iter().find(|error| error.code() == code)
    }

    /// A bad request, with the reason cut to a decent length.
    #[must_use]
    pub fn bad_input(reason: &str) -> Self {
        let reason: String = reason.chars().take(LONGEST_REASON).collect();
        Self::BadInput(format!("The request could not be understood: {reason}."))
    }
}

/// A [`ShopError`] as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct ErrorBody {
    error: String,
    code: String,
}

impl From<ShopError> for ErrorBody {
    fn from(error: ShopError) -> Self {
        Self {
            error: error.to_string(),
            code: error.code().to_owned(),
        }
    }
}

impl From<ErrorBody> for ShopError {
    fn from(body: ErrorBody) -> Self {
        match Self::from_code(&body.code) {
            Some(Self::BadInput(_)) => Self::BadInput(body.error),
            Some(error) => error,
            None => Self::Unreachable,
        }
    }
}

impl FromServerFnError for ShopError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // On the server: the arguments did not decode, so the body never ran.
            ServerFnErrorErr::Args(reason) | ServerFnErrorErr::MissingArg(reason) => {
                Self::bad_input(&reason)
            }
            // In the browser: no answer, or one that is none of ours (a proxy's page).
            _ => Self::Unreachable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_on_the_wire_is_a_sentence_and_a_code() {
        let json = serde_json::to_value(ShopError::SoldOut).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"error": "Sold out: every copy is taken.", "code": "sold_out"})
        );
    }

    #[test]
    fn every_error_survives_the_wire() {
        for code in [
            "sold_out",
            "too_few",
            "over_limit",
            "not_in_cart",
            "held_long_enough",
            "nothing_to_order",
            "order_closed",
            "no_such_book",
            "no_such_order",
            "key_reused",
            "bad_input",
            "unknown_shopper",
            "too_often",
            "busy",
            "cannot_write",
            "unreachable",
        ] {
            let error = ShopError::from_code(code).unwrap();
            let json = serde_json::to_string(&error).unwrap();
            assert_eq!(serde_json::from_str::<ShopError>(&json).unwrap(), error);
        }
    }

    #[test]
    fn a_reason_is_cut_to_a_decent_length() {
        let error = ShopError::bad_input(&"é".repeat(10_000));
        assert!(error.to_string().chars().count() < 300);
    }
}
