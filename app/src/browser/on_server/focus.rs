//! Nothing has the focus while a page is rendered.

pub(crate) fn restore_focus(_id: &str) {}

pub(crate) fn move_focus(_from: &str, _to: &str) {}
