//! The answer to an action on a line of the cart.

use serde::{Deserialize, Serialize};
use shop::{ChangedLine, Key};

/// What a line of the cart is after an action on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineAnswer {
    /// The line, with the book's level, which the page shows at once.
    #[serde(flatten)]
    pub line: ChangedLine,
    /// A fresh key, for the next submission.
    pub next_key: Key,
}
