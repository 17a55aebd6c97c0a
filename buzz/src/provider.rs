//! Whoever knows what is being said.

use async_trait::async_trait;
use serde_json::error::Category;
use thiserror::Error;

use crate::{Sample, Term};

/// A search service that knows the newest mentions of a term.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// The newest mentions. Whoever asks gives up after a while and drops this.
    ///
    /// # Errors
    /// [`Failure`].
    async fn newest(&self, term: &Term) -> Result<Sample, Failure>;
}

/// Why a provider gave no answer.
#[derive(Debug, Error)]
pub enum Failure {
    /// Nothing came before the deadline.
    #[error("the provider did not answer in time")]
    Late,
    /// It cannot be connected to, or broke off.
    #[error("the provider cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// It says that it cannot, or may not.
    #[error("the provider answers with status {0}")]
    Status(u16),
    /// Its answer is larger than any that makes sense.
    #[error(
        "the provider's answer is larger than {} bytes",
        crate::hacker_news::LARGEST_ANSWER
    )]
    TooLarge,
    /// Its answer is something else.
    #[error(
        "the provider's answer is not what the search API answers with: {what}, line {line}, \
         column {column}"
    )]
    Misread {
        /// What kind of mistake it is. What stands there is not said: it may be what was asked for.
        what: &'static str,
        /// Where it is, from 1.
        line: usize,
        /// And in that line.
        column: usize,
    },
    /// It sends those who ask to where they must not be sent.
    #[error("the provider redirects to where nobody is to be sent")]
    Redirect(#[source] reqwest::Error),
    /// What asks it is broken; the log has the place.
    #[error("asking the provider panicked")]
    Panicked,
}

impl Failure {
    /// An answer that is something else.
    pub(crate) fn misread(error: &serde_json::Error) -> Self {
        Self::Misread {
            what: match error.classify() {
                Category::Eof => "it ends too soon",
                Category::Data => "a value is of another kind",
                Category::Io | Category::Syntax => "it is no JSON",
            },
            line: error.line(),
            column: error.column(),
        }
    }

    /// Whether the same question may well be answered in a moment.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Status(500 | 502..=504) => true,
            Self::Late
            | Self::Status(_)
            | Self::TooLarge
            | Self::Misread { .. }
            | Self::Redirect(_)
            | Self::Panicked => false,
        }
    }

    /// Whether it says something of the provider; else of the question, and another one may
    /// well be answered.
    #[must_use]
    pub fn is_its_own(&self) -> bool {
        !matches!(self, Self::Status(400 | 413 | 414 | 422 | 431))
    }
}
