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
    /// No copy is available. 409.
    #[error("Sold out: every copy is taken.")]
    SoldOut,
    /// No book of that name. 404.
    #[error("There is no such book in this shop.")]
    NoSuchBook,
    /// The request could not be understood. 422.
    #[error("{0}")]
    BadInput(String),
    /// The cookie is not one that this shop has given out. 403.
    #[error(
        "This shop does not know your cookie, so you start with an empty cart. Please try again."
    )]
    UnknownShopper,
    /// Too much to do, or the outcome is not known. 503: try again.
    #[error("The shop is very busy. Nothing is lost: please try again in a moment.")]
    Busy,
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
            Self::NoSuchBook => "no_such_book",
            Self::BadInput(_) => "bad_input",
            Self::UnknownShopper => "unknown_shopper",
            Self::Busy => "busy",
            Self::Unreachable => "unreachable",
        }
    }

    /// What a code in an address stands for, if it stands for anything. The
    /// sentence is ours, never the address's: a link can put no words in our mouth.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "sold_out" => Self::SoldOut,
            "no_such_book" => Self::NoSuchBook,
            "bad_input" => Self::bad_input("please go back and try again"),
            "unknown_shopper" => Self::UnknownShopper,
            "busy" => Self::Busy,
            "unreachable" => Self::Unreachable,
            _ => return None,
        })
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
        for error in [
            ShopError::SoldOut,
            ShopError::NoSuchBook,
            ShopError::bad_input("missing field `book`"),
            ShopError::UnknownShopper,
            ShopError::Busy,
            ShopError::Unreachable,
        ] {
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
