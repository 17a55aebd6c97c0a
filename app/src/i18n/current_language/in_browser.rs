//! The language of the page, as its `html` element says.

use leptos::prelude::document;
use shop::Language;

/// The language of the page.
#[must_use]
pub fn current_language() -> Language {
    let page = document().document_element();
    let tag = page.and_then(|page| page.get_attribute("lang"));
    tag.and_then(|tag| tag.parse().ok()).unwrap_or_default()
}
