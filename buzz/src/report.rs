//! The result of a lookup: a report, or the reason why there is none.

use shop::Timestamp;
use thiserror::Error;
use tokio::time::Instant;

use crate::{Estimate, Mention, Sample};

/// The most mentions that a report keeps.
const MAX_MENTIONS: usize = 20;

/// What is known about a term.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// How often the term is mentioned; `None` if it was never mentioned.
    pub estimate: Option<Estimate>,
    /// The newest mentions, newest first.
    pub newest: Vec<Mention>,
    /// When the provider answered, by this machine's clock.
    pub asked_at: Timestamp,
    /// When the report was made, for measuring its age.
    pub(crate) fetched: Instant,
}

/// Why a lookup gave no report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LookupError {
    /// The provider did not answer in time.
    #[error("the provider did not answer in time")]
    TimedOut,
    /// The request failed, or its response could not be used.
    #[error("the request to the provider failed")]
    ProviderFailed,
    /// The circuit breaker is open: the provider has failed too often.
    #[error("the provider has failed too often and is not asked for a while")]
    BreakerOpen,
    /// Too many lookups are waiting already.
    #[error("too many lookups at once")]
    Overloaded,
}

impl Report {
    /// Makes a report from a sample that has just arrived.
    pub(crate) fn from_sample(sample: Sample, asked_at: Timestamp) -> Self {
        let (estimate, mut newest) = Estimate::from_sample(sample, asked_at);
        newest.truncate(MAX_MENTIONS);
        newest.shrink_to_fit();
        Self {
            estimate,
            newest,
            asked_at,
            fetched: Instant::now(),
        }
    }
}

impl LookupError {
    /// Whether the error is about this term, and therefore cached.
    ///
    /// The other errors depend on the state of the whole client.
    pub(crate) fn is_cached(self) -> bool {
        match self {
            Self::TimedOut | Self::ProviderFailed => true,
            Self::BreakerOpen | Self::Overloaded => false,
        }
    }
}
