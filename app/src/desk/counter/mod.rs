//! The counter: sales without an order, returns, and their receipts.

mod claims;
mod lines;
pub(crate) mod page;
pub mod query;
pub(crate) mod receipt_page;
pub mod return_form;
pub(crate) mod return_page;
pub mod scanned;

/// The address of the page on which sales are made.
const ADDRESS: &str = "/desk/counter";
