//! The answer of the shop to a request that it did not carry out.

use protocol::ShopError;
use serde::{Deserialize, Serialize};
use shop::Slug;

use crate::i18n::{current_language, error_message};

/// Why the shop did not do what was asked: a [`ShopError`] with its message.
/// The page itself has only one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refused {
    /// The message.
    pub(crate) error: String,
    /// The code.
    pub(crate) code: String,
    /// Books that an order could not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) gone: Vec<Slug>,
}

impl Refused {
    /// There was no answer, or one from something else, such as a proxy. The one message that
    /// a page has by itself.
    pub(crate) fn unreachable() -> Self {
        Self {
            error: say!(current_language(), error.unreachable).to_owned(),
            code: "unreachable".to_owned(),
            gone: Vec::new(),
        }
    }

    /// What was asked for does not exist, so that asking again is no use.
    pub(crate) fn is_no_such_thing(&self) -> bool {
        self.code.starts_with("no_such_")
    }
}

/// In the language of the page. Only the server has all messages.
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
