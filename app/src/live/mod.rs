//! The live client: keeps every page at the newest that the shop has said.
//!
//! * [`machine`] decides, from events and the time, when to open a socket, when
//!   to poll, when to wait; [`tabs`] decides which tab of a browser does; [`client`]
//!   is both together. They are pure, and tested without a browser.
//! * `browser` carries their decisions out, with real sockets, locks and timers.
//! * [`Live`] is what the pages see: a level for each book, a number for a cart or an
//!   order, and how the page is connected.

#[cfg(feature = "hydrate")]
pub mod browser;
pub mod client;
pub mod machine;
mod number;
pub(crate) mod refetch;
#[cfg(test)]
mod simulation;
mod subscriptions;
pub mod tabs;

pub use machine::Connection;
pub use number::Number;
pub use subscriptions::Live;
