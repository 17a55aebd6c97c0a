//! The interface to a search service, and how a request to it can fail.

use async_trait::async_trait;
use serde_json::error::Category;
use thiserror::Error;

use crate::{Sample, SearchTerm};

/// The largest response that is read, in bytes: twenty times the usual size.
pub(crate) const MAX_RESPONSE_BYTES: usize = 2 * 1024 * 1024;

/// A search service that finds the newest mentions of a term.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// The newest mentions of a term. The future is dropped when the deadline passes.
    ///
    /// # Errors
    /// [`ProviderError`].
    async fn newest(&self, term: &SearchTerm) -> Result<Sample, ProviderError>;
}

/// Why a request to a provider failed.
#[derive(Debug, Error)]
pub enum ProviderError {
    /// No response before the deadline.
    #[error("the provider did not answer in time")]
    TimedOut,
    /// No connection could be made, or it broke.
    #[error("the provider cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The response has an error status.
    #[error("the provider answered with status {0}")]
    Status(u16),
    /// The response is larger than the limit.
    #[error("the provider's response is larger than {MAX_RESPONSE_BYTES} bytes")]
    TooLarge,
    /// The response does not follow the search API.
    #[error(
        "the provider's response does not follow the search API: {problem}, line {line}, \
         column {column}"
    )]
    Malformed {
        /// The kind of mistake. Never quotes the response, which may contain the search term.
        problem: &'static str,
        /// The line of the mistake, from 1.
        line: usize,
        /// The column of the mistake.
        column: usize,
    },
    /// The response redirects to an address that is not allowed.
    #[error("the provider redirects to an address that is not allowed")]
    ForbiddenRedirect(#[source] reqwest::Error),
    /// The provider's code panicked; the log says where.
    #[error("the provider's code panicked")]
    Panicked,
}

impl ProviderError {
    /// The error for a response that cannot be parsed.
    pub(crate) fn malformed(error: &serde_json::Error) -> Self {
        Self::Malformed {
            problem: match error.classify() {
                Category::Eof => "unexpected end",
                Category::Data => "a value of the wrong type",
                Category::Io | Category::Syntax => "not JSON",
            },
            line: error.line(),
            column: error.column(),
        }
    }

    /// Whether the same request may succeed a moment later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Status(500 | 502..=504) => true,
            Self::TimedOut
            | Self::Status(_)
            | Self::TooLarge
            | Self::Malformed { .. }
            | Self::ForbiddenRedirect(_)
            | Self::Panicked => false,
        }
    }

    /// Whether the error counts against the provider.
    ///
    /// A status that rejects this one request does not: other terms may well succeed.
    #[must_use]
    pub fn trips_breaker(&self) -> bool {
        !matches!(self, Self::Status(400 | 413 | 414 | 422 | 431))
    }
}
