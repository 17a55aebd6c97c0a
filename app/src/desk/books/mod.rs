//! Books at the desk: added, edited, and given a cover and a reorder point.

pub(crate) mod edit_page;
mod field;
pub(crate) mod new_page;
pub(in crate::desk) mod sections;
pub mod unadded;
pub mod unsaved;
pub(in crate::desk) mod words;
