//! The journal at the desk: its filter, a page of entries, and the words for each.

mod currencies;
mod filter;
pub(crate) mod page;
pub mod query;
mod words;

pub use words::act_words;
