//! How a wish can fail, as the person or program who had it is told.

mod body;

use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::codec::JsonEncoding,
};
use serde::{Deserialize, Serialize};
use shop::{InvalidContact, InvalidEmail, Language, Slug, Timestamp};

use self::body::ErrorBody;
use crate::misread::Misread;
#[cfg(not(feature = "hydrate"))]
use crate::{asking::Refused, language::spoken};

/// Why a server function did not do what was asked. Its `Display` is the
/// sentence that is shown; on the wire it is `{"error": sentence, "code": code}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "ErrorBody", from = "ErrorBody")]
pub enum ShopError {
    /// Too few copies are available. 409.
    SoldOut,
    /// Fewer copies are available than were asked for, but some are. 409.
    TooFew,
    /// It is not sold any more. 409.
    Withdrawn,
    /// More than one shopper may have. 409.
    OverLimit {
        /// How many that is; not known where only an address says so.
        limit: Option<u32>,
    },
    /// The sale has not begun. 409.
    NotYet {
        /// When it does; not known where only an address says so.
        opens_at: Option<Timestamp>,
    },
    /// A wait for what is in the cart. 409.
    InCart,
    /// More books than one shopper may wait for. 409.
    TooManyWaits,
    /// Nothing is offered, or not any more. 409.
    NoOffer,
    /// Not an e-mail address. 422.
    NoEmail,
    /// No such line in the cart. 409.
    NotInCart,
    /// The hold cannot be made longer. 409.
    HeldLongEnough,
    /// There is nothing in the cart to be ordered. 409.
    EmptyCart,
    /// Nothing in the cart can be ordered. 409.
    NothingToOrder {
        /// Which books those are.
        gone: Vec<Slug>,
    },
    /// An order without a name. 422.
    NoName,
    /// A name that is none. 422.
    LongName,
    /// A name with control characters. 422.
    OddName,
    /// Neither an e-mail address nor a telephone number. 422.
    NoReach,
    /// A note that is too long. 422.
    LongNote,
    /// The order is closed already. 409.
    OrderClosed,
    /// No book of that name. 404.
    NoSuchBook,
    /// No order with that code. 404.
    NoSuchOrder,
    /// The key came before, with something else. 422.
    KeyReused,
    /// The request could not be understood. 422.
    BadInput(Misread),
    /// The cookie is not one that this shop has given out. 403.
    UnknownShopper,
    /// From one network address, copies were taken too often. 429.
    TooOften,
    /// Too much to do, or the outcome is not known. 503: try again.
    Busy,
    /// There is no room to write anything down. 503: try again later.
    CannotWrite,
    /// The shop was not reached at all; only a browser says this.
    Unreachable,
}

/// As many missing books as an address names.
const MOST_GONE: usize = 20;

impl ShopError {
    /// The word for it on the wire and in addresses.
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
            Self::NoName,
            Self::LongName,
            Self::OddName,
            Self::NoReach,
            Self::LongNote,
            Self::OrderClosed,
            Self::NoSuchBook,
            Self::NoSuchOrder,
            Self::KeyReused,
            Self::BadInput(Misread::Unclear),
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

    /// What a program is told, in its language.
    #[must_use]
    pub fn told_in(&self, language: Language) -> impl Serialize + use<> {
        let mut body = ErrorBody::from(self.clone());
        body.error = self.sentence(language);
        body
    }
}

/// In the language of the page. Browsers have one sentence of their own
/// ([`Refused::unreachable`]), so that they need not be sent all.
#[cfg(not(feature = "hydrate"))]
impl From<ShopError> for Refused {
    fn from(error: ShopError) -> Self {
        Self {
            error: error.sentence(spoken()),
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
                Self::BadInput(Misread::from_decoder(&reason))
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

#[cfg(test)]
mod tests;
