//! What whoever asks is told.

use shop::Timestamp;
use thiserror::Error;
use tokio::time::Instant;

use crate::{Figure, Mention, Sample};

/// As many mentions are kept of a sample, the newest.
const NEWEST: usize = 20;

/// What is known of a term.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// How often it is said; nothing where nobody said it.
    pub figure: Option<Figure>,
    /// The newest mentions, the newest first.
    pub newest: Vec<Mention>,
    /// When the provider was asked, by our own clock.
    pub asked_at: Timestamp,
    /// By the clock that says how old this is.
    pub(crate) fetched: Instant,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Trouble {
    /// The provider did not answer in time.
    #[error("the provider did not answer in time")]
    Late,
    /// Its answer was none.
    #[error("the provider gave no answer")]
    Failed,
    /// It has failed too often, and is left alone for a while.
    #[error("the provider is left alone for a while")]
    Resting,
    /// There are too many questions before this one.
    #[error("too many questions at once")]
    Crowded,
}

impl Answer {
    /// What a sample comes to that has come just now.
    pub(crate) fn of(sample: Sample, asked_at: Timestamp) -> Self {
        let (figure, mut newest) = Figure::of(sample, asked_at);
        newest.truncate(NEWEST);
        newest.shrink_to_fit();
        Self {
            figure,
            newest,
            asked_at,
            fetched: Instant::now(),
        }
    }
}

impl Trouble {
    /// Whether it lies in the answer to this one question, and not in how much is asked.
    pub(crate) fn is_remembered(self) -> bool {
        match self {
            Self::Late | Self::Failed => true,
            Self::Resting | Self::Crowded => false,
        }
    }
}
