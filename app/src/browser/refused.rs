//! The answer of the shop to a request that it did not carry out.

use from_json::FromJson;
use protocol::ShopError;
use serde::{Deserialize, Serialize};
use shop::Slug;

use crate::i18n::{current_language, error_message};

/// Why the shop refused a request: a [`ShopError`] with its message.
///
/// The server sends the message with the error. The page itself has only the message of
/// [`Refused::unreachable`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub(crate) struct Refused {
    /// The message.
    pub(crate) error: String,
    /// The code of the [`ShopError`].
    pub(crate) code: String,
    /// The books that could not be ordered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) gone: Vec<Slug>,
}

impl Refused {
    /// The error for a request without an answer from the shop, such as one that a proxy answered.
    pub(crate) fn unreachable() -> Self {
        Self {
            error: say!(current_language(), error.unreachable).to_owned(),
            code: ShopError::Unreachable.code().to_owned(),
            gone: Vec::new(),
        }
    }

    /// Whether the shop may have carried out the request nevertheless: there was no answer, or the
    /// shop itself does not know whether the data was written.
    pub(crate) fn is_unknown(&self) -> bool {
        self.is_unreachable() || self.code == ShopError::Busy.code()
    }

    /// Whether there was no answer from the shop.
    pub(crate) fn is_unreachable(&self) -> bool {
        self.code == ShopError::Unreachable.code()
    }

    /// Whether the requested thing does not exist, so that asking again is useless.
    pub(crate) fn is_no_such_thing(&self) -> bool {
        self.code.starts_with("no_such_")
    }
}

/// The message is in the language of the page. Only the server has all messages.
impl From<ShopError> for Refused {
    fn from(error: ShopError) -> Self {
        Self {
            error: error_message(&error, current_language()),
            code: error.code().to_owned(),
            gone: match error {
                ShopError::NothingToOrder { gone } => gone,
                _ => Vec::new(),
            },
        }
    }
}
