//! What a provider answers with.

use shop::Timestamp;

/// Somewhere the term was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// When, by the provider's clock.
    pub at: Timestamp,
    /// What it was said about, or in.
    pub title: Option<String>,
    /// Who said it.
    pub by: Option<String>,
    /// Where it can be read: an `http` or `https` address.
    pub link: Option<String>,
}

/// The newest mentions that a provider knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sample {
    /// In any order.
    pub mentions: Vec<Mention>,
    /// There are older ones, which the provider has left out.
    pub is_cut: bool,
    /// The moment of the answer, by the provider's clock, where it says so.
    pub answered_at: Option<Timestamp>,
}
