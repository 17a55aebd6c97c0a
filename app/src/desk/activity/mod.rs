//! The ledger of movements: what can be asked of it, on the desk's page, stream and exports.

pub(crate) mod page;
mod query;
mod results;
mod row;

pub use query::{InvalidLedgerQuery, LedgerQuery};
pub use row::{ledger_row, movement_name};
