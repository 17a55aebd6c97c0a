//! Nothing has the focus while a page is rendered.

pub(crate) fn focus_if_lost(_id: &str) {}

pub(crate) fn move_focus(_from: &str, _to: &str) {}
