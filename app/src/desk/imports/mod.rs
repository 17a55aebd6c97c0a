//! The pages of the catalogue import.

pub(crate) mod import;
pub(crate) mod list;
mod messages;
