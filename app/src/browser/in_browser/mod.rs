//! The part of a real browser that islands use.

#[cfg(feature = "desk")]
mod fetch;
pub(crate) mod http;
pub(crate) mod page;
#[cfg(feature = "desk")]
mod replace;
pub(crate) mod socket;
mod submit;

#[cfg(feature = "desk")]
pub(crate) use fetch::{fetch, post};
#[cfg(feature = "desk")]
pub(crate) use replace::replace_page;
pub(crate) use submit::submit;
