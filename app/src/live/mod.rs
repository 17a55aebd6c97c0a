//! The live client: keeps every level on the page at the newest the shop has said.
//!
//! * [`machine`] decides, from events and the time, when to open a socket, when
//!   to poll, when to wait. It is pure, and tested without a browser.
//! * `browser` carries its decisions out, with real sockets, fetches and timers.
//! * [`Live`] is what the pages see: a level for each book, and how the page is
//!   connected.

mod backoff;
#[cfg(feature = "hydrate")]
mod browser;
pub mod machine;
mod shelf;

pub use machine::Connection;
pub use shelf::Live;
