//! An error as JSON: a sentence, a code, and what there is to know besides.

use serde::{Deserialize, Serialize};
use shop::{Slug, Timestamp};

use crate::{ShopError, misread::Misread};

/// A [`ShopError`] as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ErrorBody {
    pub(super) error: String,
    code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gone: Vec<Slug>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opens_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
}

impl From<ShopError> for ErrorBody {
    fn from(error: ShopError) -> Self {
        Self {
            error: error.to_string(),
            code: error.code().to_owned(),
            reason: match &error {
                ShopError::BadInput(misread) => Some(misread.word()),
                _ => None,
            },
            opens_at: match error {
                ShopError::NotYet { opens_at } => opens_at,
                _ => None,
            },
            limit: match error {
                ShopError::OverLimit { limit } => limit,
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
            Some(Self::BadInput(_)) => {
                Self::BadInput(Misread::from_word(&body.reason.unwrap_or_default()))
            }
            Some(Self::NothingToOrder { .. }) => Self::NothingToOrder { gone: body.gone },
            Some(Self::OverLimit { .. }) => Self::OverLimit { limit: body.limit },
            Some(Self::NotYet { .. }) => Self::NotYet {
                opens_at: body.opens_at,
            },
            Some(error) => error,
            None => Self::Unreachable,
        }
    }
}
