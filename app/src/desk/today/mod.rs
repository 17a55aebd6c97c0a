//! Today: what there is to do, the desk's first page.

/// What is wanted: offers, books in short supply, and sales that open soon.
mod books;
/// Announcements in force, and imports that wait for somebody.
mod notes;
/// Orders to prepare, to hand over, and about to end.
mod orders;
pub(crate) mod page;
/// A part of the page: a heading, a list, and the way to the whole list.
mod part;
