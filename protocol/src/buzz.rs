//! The line on a book's page that says how often the book is mentioned.

use from_json::FromJson;
use serde::Serialize;

/// The line on a book's page about its mentions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromJson)]
pub struct BuzzLine {
    /// The text of the line; `None` if there is no answer, whatever the reason.
    pub words: Option<String>,
}
