//! What a ping carries and its answer brings back.
//!
//! The shop answers whatever it is sent. Its own pages send a number and nothing
//! else, so they need not be able to read everything that JSON can say: that would
//! cost every first visit.

#[cfg(not(feature = "hydrate"))]
mod any {
    /// Any JSON.
    pub type Echo = serde_json::Value;
}

#[cfg(feature = "hydrate")]
mod any {
    /// The number that the page has sent.
    pub type Echo = u64;
}

pub use any::Echo;
