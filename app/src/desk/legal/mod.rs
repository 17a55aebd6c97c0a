//! The form in which owners write the imprint, the privacy policy and the terms.

mod field;
pub(crate) mod page;
pub mod unsaved;
pub(in crate::desk) mod words;
