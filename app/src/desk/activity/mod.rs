//! The ledger at the desk: the query, its results, and the page that shows them.

pub(crate) mod page;
mod query;
mod results;
mod row;

pub use query::{InvalidLedgerQuery, LedgerQuery};
pub use row::{ledger_row, movement_name};
