//! The title of the page, which is also that of its tab.

use leptos::prelude::document;

/// The page's title.
pub(crate) fn page_title() -> String {
    document().title()
}

/// Changes the page's title.
pub(crate) fn set_page_title(title: &str) {
    document().set_title(title);
}
