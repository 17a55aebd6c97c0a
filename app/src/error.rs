//! How a wish can fail, as the person or program who had it is told.

use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::codec::JsonEncoding,
};
use serde::{Deserialize, Serialize};
use shop::{
    InvalidContact, InvalidEmail, InvalidKey, InvalidOrderCode, InvalidQuantity, InvalidSlug, Slug,
    Timestamp,
};

use crate::asking::Refused;

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
    /// The sale has not begun. 409.
    #[error("The sale of this book has not begun yet.")]
    NotYet {
        /// When it does; not known where only an address says so.
        opens_at: Option<Timestamp>,
    },
    /// A wait for what is in the cart. 409.
    #[error("You have this book in your cart already.")]
    InCart,
    /// More books than one shopper may wait for. 409.
    #[error(
        "You are waiting for {} books already, which is as many as the shop can note.",
        shop::Wait::MOST
    )]
    TooManyWaits,
    /// Nothing is offered, or not any more. 409.
    #[error("That copy is not offered to you any more.")]
    NoOffer,
    /// Not an e-mail address. 422.
    #[error("Please give an e-mail address, as in ann@example.org, or none.")]
    NoEmail,
    /// No such line in the cart. 409.
    #[error("That is not in your cart any more.")]
    NotInCart,
    /// The hold cannot be made longer. 409.
    #[error("It has been held for as long as the shop can hold it. Please order it now.")]
    HeldLongEnough,
    /// There is nothing in the cart to be ordered. 409.
    #[error("There is nothing in your cart.")]
    EmptyCart,
    /// Nothing in the cart can be ordered. 409.
    #[error(
        "Nothing in your cart can be ordered any more: its time ran out, and others have taken it."
    )]
    NothingToOrder {
        /// Which books those are.
        gone: Vec<Slug>,
    },
    /// An order without a name. 422.
    #[error("Please give a name for the order.")]
    NoName,
    /// A name that is none. 422.
    #[error(
        "That name is too long: at most {} characters.",
        shop::Contact::LONGEST
    )]
    LongName,
    /// A name with control characters. 422.
    #[error("That name has characters that cannot be written.")]
    OddName,
    /// Neither an e-mail address nor a telephone number. 422.
    #[error(
        "Please give an e-mail address or a telephone number, as in ann@example.org or +44 20 7946 0000."
    )]
    NoReach,
    /// A note that is too long. 422.
    #[error(
        "That note is too long: at most {} characters.",
        shop::Contact::LONGEST_NOTE
    )]
    LongNote,
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
/// Where there is nothing better to say.
const CHECK_IT: &str = "please check what you have entered";
/// As many missing books as an address names.
const MOST_GONE: usize = 20;

impl ShopError {
    /// The word for it on the wire and in addresses.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SoldOut => "sold_out",
            Self::TooFew => "too_few",
            Self::OverLimit => "over_limit",
            Self::NotYet { .. } => "not_yet",
            Self::InCart => "in_cart",
            Self::TooManyWaits => "too_many_waits",
            Self::NoOffer => "no_offer",
            Self::NoEmail => "no_email",
            Self::NotInCart => "not_in_cart",
            Self::HeldLongEnough => "held_long_enough",
            Self::EmptyCart => "empty_cart",
            Self::NothingToOrder { .. } => "nothing_to_order",
            Self::NoName => "no_name",
            Self::LongName => "long_name",
            Self::OddName => "odd_name",
            Self::NoReach => "no_reach",
            Self::LongNote => "long_note",
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
            Self::NotYet { opens_at: None },
            Self::InCart,
            Self::TooManyWaits,
            Self::NoOffer,
            Self::NoEmail,
            Self::NotInCart,
            Self::HeldLongEnough,
            Self::EmptyCart,
            Self::NothingToOrder { gone: Vec::new() },
            Self::NoName,
            Self::LongName,
            Self::OddName,
            Self::NoReach,
            Self::LongNote,
            Self::OrderClosed,
            Self::NoSuchBook,
            Self::NoSuchOrder,
            Self::KeyReused,
            Self::bad_input(CHECK_IT),
            Self::UnknownShopper,
            Self::TooOften,
            Self::Busy,
            Self::CannotWrite,
            Self::Unreachable,
        ];
        known.into_iter().find(|error| error.code() == code)
    }

    /// How an address says it: its code, and which books are gone.
    #[must_use]
    pub fn in_address(&self) -> String {
        let mut words = format!("notice={}", self.code());
        if let Self::NothingToOrder { gone } = self {
            let gone: Vec<&str> = gone.iter().take(MOST_GONE).map(Slug::as_str).collect();
            words = format!("{words}&gone={}", gone.join(","));
        }
        words
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gone: Vec<Slug>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opens_at: Option<Timestamp>,
}

impl From<ShopError> for ErrorBody {
    fn from(error: ShopError) -> Self {
        Self {
            error: error.to_string(),
            code: error.code().to_owned(),
            opens_at: match error {
                ShopError::NotYet { opens_at } => opens_at,
                _ => None,
            },
            gone: match error {
                ShopError::NothingToOrder { gone } => gone,
                _ => Vec::new(),
            },
        }
    }
}

impl From<ErrorBody> for ShopError {
    fn from(body: ErrorBody) -> Self {
        match Self::from_code(&body.code) {
            Some(Self::BadInput(_)) => Self::BadInput(body.error),
            Some(Self::NothingToOrder { .. }) => Self::NothingToOrder { gone: body.gone },
            Some(Self::NotYet { .. }) => Self::NotYet {
                opens_at: body.opens_at,
            },
            Some(error) => error,
            None => Self::Unreachable,
        }
    }
}

impl From<ShopError> for Refused {
    fn from(error: ShopError) -> Self {
        Self {
            error: error.to_string(),
            code: error.code().to_owned(),
            gone: match error {
                ShopError::NothingToOrder { gone } => gone,
                _ => Vec::new(),
            },
        }
    }
}

impl FromServerFnError for ShopError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // On the server: the arguments did not decode, so the body never ran.
            ServerFnErrorErr::Args(reason) | ServerFnErrorErr::MissingArg(reason) => {
                Self::bad_input(&in_our_words(&reason))
            }
            // In the browser: no answer, or one that is none of ours (a proxy's page).
            _ => Self::Unreachable,
        }
    }
}

impl From<InvalidContact> for ShopError {
    fn from(reason: InvalidContact) -> Self {
        match reason {
            InvalidContact::NoName => Self::NoName,
            InvalidContact::LongName => Self::LongName,
            InvalidContact::OddName => Self::OddName,
            InvalidContact::NoReach => Self::NoReach,
            InvalidContact::LongNote => Self::LongNote,
        }
    }
}

impl From<InvalidEmail> for ShopError {
    fn from(_: InvalidEmail) -> Self {
        Self::NoEmail
    }
}

/// Why the arguments did not decode, for whoever sent them. What our own types say is
/// passed on; what the decoder says is for programmers.
fn in_our_words(reason: &str) -> String {
    let missing = reason.strip_prefix("missing field `");
    if let Some(field) = missing.and_then(|field| field.strip_suffix('`')) {
        return format!("“{field}” is missing");
    }
    let ours = [
        InvalidQuantity.to_string(),
        InvalidSlug.to_string(),
        InvalidKey.to_string(),
        InvalidOrderCode.to_string(),
    ];
    let ours = ours.into_iter().find(|words| words == reason);
    ours.unwrap_or_else(|| CHECK_IT.to_owned())
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
            "not_yet",
            "in_cart",
            "too_many_waits",
            "no_offer",
            "no_email",
            "not_in_cart",
            "held_long_enough",
            "empty_cart",
            "nothing_to_order",
            "no_name",
            "long_name",
            "odd_name",
            "no_reach",
            "long_note",
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
    fn when_a_sale_opens_is_said_on_the_wire() {
        let opens_at = Some(Timestamp::from_millis(1_795_284_000_000));
        let error = ShopError::NotYet { opens_at };
        let json = serde_json::to_value(&error).unwrap();
        assert_eq!(json["opens_at"], 1_795_284_000_000_u64);
        assert_eq!(serde_json::from_value::<ShopError>(json).unwrap(), error);
        assert_eq!(error.in_address(), "notice=not_yet");
    }

    #[test]
    fn the_books_that_are_gone_are_named_on_the_wire_and_in_the_address() {
        let gone = ["first", "second"]
            .map(|slug| slug.parse().unwrap())
            .to_vec();
        let error = ShopError::NothingToOrder { gone };
        let json = serde_json::to_string(&error).unwrap();
        assert_eq!(serde_json::from_str::<ShopError>(&json).unwrap(), error);
        assert_eq!(
            error.in_address(),
            "notice=nothing_to_order&gone=first,second"
        );
        assert_eq!(ShopError::SoldOut.in_address(), "notice=sold_out");
    }

    #[test]
    fn what_a_decoder_says_is_not_said_to_people() {
        let said = |reason: &str| {
            let error = ServerFnErrorErr::Args(reason.to_owned());
            ShopError::from_server_fn_error(error).to_string()
        };
        assert!(said("missing field `quantity`").ends_with("“quantity” is missing."));
        assert!(said("invalid digit found in string").ends_with("what you have entered."));
        let ours = InvalidQuantity.to_string();
        assert!(said(&ours).contains(&ours));
    }

    #[test]
    fn a_reason_is_cut_to_a_decent_length() {
        let error = ShopError::bad_input(&"é".repeat(10_000));
        assert!(error.to_string().chars().count() < 300);
    }
}
