//! What is asked of both databases about imports, in SQL that both understand. Each
//! takes a connection and the moment; who may write when is the store's business.
//!
//! * `sending`: while a file is sent, and until it is forgotten. `working`: while it is checked
//!   and taken in. `bearing`: what its lines are decided by. `covers`: pictures.

mod bearing;
mod covers;
mod sending;
mod working;

pub(crate) use self::{bearing::bearing, covers::covers, sending::sending, working::working};

use super::ImportTrouble;

/// The columns of an import.
macro_rules! columns {
    () => {
        " id, kind, name, size, who, created_at, state, received, digest, trouble, last_row, upto,
          added, changed, unchanged, refused,
          was_added, was_changed, was_unchanged, was_refused, claims, counts_again "
    };
}
pub(crate) use columns;

/// A trouble, as it is kept.
pub(crate) fn told(trouble: &ImportTrouble) -> String {
    serde_json::to_string(trouble).expect("a trouble is plain data")
}
