//! The live client: keeps every open page up to date.
//!
//! * [`reconnect`] decides when to open a socket, poll or wait; [`client`] adds what the connection
//!   asks for. They are pure, and tested without a browser.
//! * `browser` carries out their effects with gloo-net's requests and sockets, and timers.
//! * [`Live`] is what islands see: the level of each book, the versions of `@mine` and of orders,
//!   and the connection's state. `refetch` reads an island's data again when its version changes.

#[cfg(feature = "browser")]
pub mod browser;
pub mod client;
pub(crate) mod latest_version;
pub mod reconnect;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) mod refetch;
#[cfg(test)]
mod simulation;
mod subscriptions;

pub use latest_version::LatestVersion;
pub use reconnect::Connection;
pub use subscriptions::Live;
