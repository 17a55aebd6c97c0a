//! The title of a page is in its head while it is rendered.

pub(crate) fn set_notice_in_title(_notice: &str) {}
