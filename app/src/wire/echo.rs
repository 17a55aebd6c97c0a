//! What a ping carries and its answer brings back.
//!
//! The shop answers whatever it is sent, to the letter. Its own pages send a number and
//! nothing else, so they need not be able to read everything that JSON can say: that
//! would cost every first visit.

use serde::{Deserialize, Deserializer};

#[cfg(feature = "ssr")]
mod any {
    use serde::{Deserialize, Serialize};
    use serde_json::value::RawValue;

    use crate::json::Json;

    /// Any JSON, as it was written: numbers may be larger than any type of ours.
    #[derive(Debug, Clone, Serialize, Deserialize)]
    #[serde(transparent)]
    pub struct Echo(Box<RawValue>);

    impl PartialEq for Echo {
        fn eq(&self, other: &Self) -> bool {
            self.0.get() == other.0.get()
        }
    }

    impl Eq for Echo {}

    /// Reads one.
    pub(crate) fn echo(json: &Json) -> Option<Echo> {
        let number = json.number()?;
        serde_json::value::to_raw_value(&number).ok().map(Echo)
    }
}

#[cfg(not(feature = "ssr"))]
mod any {
    use crate::json::Json;

    /// The number that the page has sent.
    pub type Echo = u64;

    /// Reads one.
    pub(crate) fn echo(json: &Json) -> Option<Echo> {
        json.number()
    }
}

pub use any::Echo;
pub(crate) use any::echo;

/// Reads one that is there, be it `null`.
pub(super) fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Echo>, D::Error> {
    Echo::deserialize(from).map(Some)
}
