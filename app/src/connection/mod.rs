//! How a page is connected, and the page that tests it.

#[cfg(feature = "ssr")]
pub mod arrival;
pub(crate) mod badge;
#[cfg(feature = "ssr")]
pub(crate) mod page;
