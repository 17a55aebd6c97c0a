//! The language of the request, which the server has put into its context.

use leptos::context::use_context;
use shop::Language;

/// The language of the page.
#[must_use]
pub fn current_language() -> Language {
    use_context().unwrap_or_default()
}
