//! The sales figures at the desk: the query, the reading of each table, and the page.

mod bars;
mod books;
mod filter;
mod net;
pub(crate) mod page;
pub mod query;
pub mod steps;
mod tables;

use std::time::Duration;

/// The time over which the fall in stock is measured, in days.
pub const FALLING_DAYS: u32 = 28;
/// A book of which no copy was sold for this many days lies idle.
pub const IDLE_DAYS: u32 = 90;
/// The length of a day.
pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);
