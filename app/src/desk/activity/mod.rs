//! The ledger at the desk: the query, its results, and the page that shows them. The newest page is
//! an island, which adds new movements as they happen.

#[cfg(feature = "ssr")]
mod filter;
mod island;
#[cfg(feature = "ssr")]
pub(crate) mod page;
#[cfg(feature = "ssr")]
pub mod query;
pub mod queue;
#[cfg(feature = "ssr")]
mod results;
#[cfg(feature = "ssr")]
pub mod row;
#[cfg(feature = "desk")]
#[path = "stream/in_browser.rs"]
mod stream;
#[cfg(not(feature = "desk"))]
#[path = "stream/on_server.rs"]
mod stream;
mod table;
