//! A page does not change while it is rendered.

pub(crate) fn refresh_parts() {}
