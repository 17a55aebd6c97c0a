//! The announcements at the top of every page.

#[cfg(feature = "ssr")]
pub(crate) mod banner;
pub(crate) mod island;
