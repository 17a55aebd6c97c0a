//! The pages of the catalogue import.

pub(crate) mod import_page;
pub(crate) mod imports_page;
mod messages;
