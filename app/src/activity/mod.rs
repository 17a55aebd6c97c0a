//! What is asked of the ledger and what is told of it: the same on the desk's page, on its
//! stream and in an export.

mod question;
mod row;
mod view;

pub use question::{InvalidQuestion, Question};
pub use row::{Row, kind_in_words};
pub(crate) use view::{ActivityView, view_activity};
