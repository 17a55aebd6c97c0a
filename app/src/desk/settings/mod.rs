//! Who the shop is: its name, where to find it and when it is open.

mod field;
pub(crate) mod page;
pub mod unsaved;
pub(in crate::desk) mod words;
