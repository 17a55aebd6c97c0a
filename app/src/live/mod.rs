//! The live client: keeps every page at the newest that the shop has said.
//!
//! * [`machine`] decides, from events and the time, when to open a socket, when
//!   to poll, when to wait; [`tabs`] decides which tab of a browser does; [`client`]
//!   is both together. They are pure, and tested without a browser.
//! * `browser` carries their decisions out, with real sockets, locks and timers.
//! * [`Live`] is what the pages see: a level for each book, a number for a cart or an
//!   order, and how the page is connected.

mod backoff;
#[cfg(feature = "hydrate")]
mod browser;
pub mod client;
pub mod machine;
pub mod note;
mod number;
mod seen;
mod shelf;
#[cfg(test)]
mod simulation;
pub mod tabs;

#[cfg(feature = "hydrate")]
pub use browser::provide;
pub use machine::Connection;
pub use number::Number;
pub use shelf::Live;
