//! The part of a real browser that islands use.

#[cfg(feature = "hydrate")]
mod arrival;
#[cfg(feature = "desk")]
mod fetch;
#[cfg(feature = "hydrate")]
mod focus;
#[cfg(feature = "hydrate")]
pub(crate) mod http;
pub(crate) mod page;
#[cfg(feature = "desk")]
mod replace;
pub(crate) mod request;
pub(crate) mod socket;
#[cfg(feature = "hydrate")]
mod submit;
#[cfg(feature = "hydrate")]
mod title;

#[cfg(feature = "hydrate")]
pub(crate) use arrival::received;
#[cfg(feature = "desk")]
pub(crate) use fetch::{fetch, post};
#[cfg(feature = "hydrate")]
pub(crate) use focus::{move_focus, restore_focus};
#[cfg(feature = "desk")]
pub(crate) use replace::replace_page;
#[cfg(feature = "hydrate")]
pub(crate) use submit::Submission;
#[cfg(feature = "hydrate")]
pub(crate) use title::{set_notice_in_title, set_page_title};
