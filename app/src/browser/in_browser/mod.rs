//! What islands use of the browser.

#[cfg(feature = "hydrate")]
pub(crate) mod arrival;
#[cfg(feature = "desk")]
pub(crate) mod fetch;
#[cfg(feature = "hydrate")]
pub(crate) mod focus;
#[cfg(feature = "hydrate")]
pub(crate) mod http;
pub(crate) mod page;
#[cfg(feature = "desk")]
pub(crate) mod replace;
pub(crate) mod request;
pub(crate) mod socket;
#[cfg(feature = "hydrate")]
pub(crate) mod submit;
#[cfg(feature = "hydrate")]
pub(crate) mod title;
