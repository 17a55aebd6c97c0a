//! The announcements at the top of every page.

#[cfg(feature = "ssr")]
pub(crate) mod banner;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) mod island;
