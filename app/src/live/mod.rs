//! The live client: keeps every open page up to date.

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
