//! What the shop says to everybody who has a page open.

#[cfg(feature = "ssr")]
pub(crate) mod banner;
pub(crate) mod island;
