//! The title of a page is in its head while it is rendered.

pub(crate) fn page_title() -> String {
    String::new()
}

pub(crate) fn set_page_title(_title: &str) {}
