//! Importing a catalogue: the list of imports, and the page of one.

pub(crate) mod import;
pub(crate) mod list;
mod messages;
