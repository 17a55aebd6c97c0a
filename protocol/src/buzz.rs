//! The answer to the question how often a book is mentioned.

use from_json::FromJson;
use serde::Serialize;

/// The line on a book's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromJson)]
pub struct BuzzLine {
    /// Its words; `None` if there is no answer for any reason.
    pub words: Option<String>,
}
