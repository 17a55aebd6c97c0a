//! How a page is connected: the badge, and the page that tests it.

#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) mod badge;
#[cfg(any(feature = "ssr", feature = "desk"))]
pub(crate) mod check;
#[cfg(feature = "ssr")]
pub mod origin;
#[cfg(feature = "ssr")]
pub(crate) mod page;
