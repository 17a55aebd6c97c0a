//! An error as JSON: a message, a code, and details.

use serde::{Deserialize, Serialize};
use shop::{Price, Slug, Timestamp};

use super::{InvalidInput, ShopError};

/// A [`ShopError`] as JSON: `{"error": message, "code": code, …}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The message, in the language of the request. Empty until the server has added it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    error: String,
    code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gone: Vec<Slug>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opens_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    total: Option<Price>,
}

impl ErrorBody {
    /// The error, with its message.
    #[must_use]
    pub fn new(error: ShopError, message: String) -> Self {
        Self {
            error: message,
            ..Self::from(error)
        }
    }
}

impl From<ShopError> for ErrorBody {
    fn from(error: ShopError) -> Self {
        let mut body = Self {
            error: String::new(),
            code: error.code().to_owned(),
            reason: None,
            gone: Vec::new(),
            opens_at: None,
            limit: None,
            total: None,
        };
        match error {
            ShopError::BadInput(reason) => body.reason = Some(reason.code()),
            ShopError::NothingToOrder { gone } => body.gone = gone,
            ShopError::NotYet { opens_at } => body.opens_at = opens_at,
            ShopError::OverLimit { limit } => body.limit = limit,
            ShopError::PriceChanged { total } => body.total = total,
            _ => {}
        }
        body
    }
}

impl From<ErrorBody> for ShopError {
    fn from(body: ErrorBody) -> Self {
        match Self::from_code(&body.code) {
            Some(Self::BadInput(_)) => {
                Self::BadInput(InvalidInput::from_code(&body.reason.unwrap_or_default()))
            }
            Some(Self::NothingToOrder { .. }) => Self::NothingToOrder { gone: body.gone },
            Some(Self::PriceChanged { .. }) => Self::PriceChanged { total: body.total },
            Some(Self::OverLimit { .. }) => Self::OverLimit { limit: body.limit },
            Some(Self::NotYet { .. }) => Self::NotYet {
                opens_at: body.opens_at,
            },
            Some(error) => error,
            None => Self::Unreachable,
        }
    }
}
