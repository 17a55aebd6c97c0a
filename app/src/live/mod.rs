//! The live client: keeps every open page up to date.
//!
//! * [`reconnect`] decides when to open a socket, poll or wait; [`tabs`] decides which tab of a
//!   browser connects; [`client`] joins the two. They are pure, and tested without a browser.
//! * `browser` carries their decisions out with sockets, locks and timers.
//! * [`Live`] is what islands see: a level for each book, a number for a cart or an order, and
//!   how the page is connected. `refetch` reads an island's data again when its number grows.

#[cfg(feature = "hydrate")]
pub mod browser;
pub mod client;
mod latest_version;
pub mod reconnect;
pub(crate) mod refetch;
#[cfg(test)]
mod simulation;
mod subscriptions;
pub mod tabs;

pub use latest_version::LatestVersion;
pub use reconnect::Connection;
pub use subscriptions::Live;
