//! The live client: keeps every open page up to date.

#[cfg(feature = "browser")]
pub mod browser;
pub mod client;
mod latest_version;
pub mod reconnect;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) mod refetch;
#[cfg(test)]
mod simulation;
mod subscriptions;

pub use latest_version::LatestVersion;
#[cfg(any(feature = "ssr", feature = "browser"))]
pub(crate) use latest_version::Version;
pub use reconnect::Connection;
pub use subscriptions::Live;
