//! Books at the desk: what their forms send.

/// Adds a book to the catalogue.
mod add;
/// Gives a book another cover.
mod cover;
/// Changes what the shop says about a book.
mod edit;
/// When a book is to be ordered again.
mod reorder;
/// Leads from a scanned ISBN to its book.
mod scan;

pub(super) use self::{
    add::add, cover::set as set_cover, edit::save, reorder::set as set_reorder_point, scan::list,
};

/// The largest form: texts of 14,000 characters, of which each may be sent as twelve bytes, twice.
pub(super) const LARGEST_FORM: usize = 512 * 1024;
