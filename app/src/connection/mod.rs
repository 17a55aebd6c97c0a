//! How a page is connected: the badge, and the page that tests it.

pub(crate) mod badge;
#[cfg(feature = "ssr")]
pub mod origin;
#[cfg(feature = "ssr")]
pub(crate) mod page;
