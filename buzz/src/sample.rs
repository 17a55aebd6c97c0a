//! The mentions of a term that a provider returns.

use shop::Timestamp;

/// One place where a term was mentioned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// When it was written, by the provider's clock.
    pub at: Timestamp,
    /// The title of the story or discussion.
    pub title: Option<String>,
    /// The author's name.
    pub author: Option<String>,
    /// An `http` or `https` address where it can be read.
    pub link: Option<String>,
}

/// The newest mentions of a term that a provider knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sample {
    /// The mentions, in any order.
    pub mentions: Vec<Mention>,
    /// Whether the provider left out older mentions.
    pub is_truncated: bool,
    /// When the provider answered, by its own clock, if its response says so.
    pub answered_at: Option<Timestamp>,
}
