//! A book's terms of sale at the desk: the form that sets them, what they mean in words, and the
//! sales that have not opened yet.

pub(super) mod form;
#[cfg(feature = "ssr")]
pub(super) mod section;
#[cfg(feature = "ssr")]
pub(super) mod upcoming;
mod words;
