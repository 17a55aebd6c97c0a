//! A page's title has no notice while the page is rendered.

pub(crate) fn set_notice_in_title(_notice: &str) {}
