//! The answer to an action on a line of the cart.

use from_json::FromJson;
use serde::{Deserialize, Serialize};
use shop::{ChangedLine, Key};

/// The answer to an action on a line of the cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct LineAnswer {
    /// The changed line, with the book's level, which the page shows at once.
    #[serde(flatten)]
    pub line: ChangedLine,
    /// A new idempotency key, for the next submission.
    pub next_key: Key,
}
