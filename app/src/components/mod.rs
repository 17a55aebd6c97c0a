//! What the pages are made of, and does not change while they are open.

#[cfg(feature = "ssr")]
mod cover;
#[cfg(feature = "ssr")]
mod desk_masthead;
mod form;
#[cfg(feature = "ssr")]
mod languages;
#[cfg(feature = "ssr")]
mod masthead;
#[cfg(feature = "ssr")]
mod news;
#[cfg(feature = "ssr")]
mod notice;
#[cfg(feature = "ssr")]
mod trouble;

#[cfg(feature = "ssr")]
pub(crate) use cover::Cover;
#[cfg(feature = "ssr")]
pub(crate) use desk_masthead::DeskMasthead;
pub(crate) use form::{button, field, link, post_form};
#[cfg(feature = "ssr")]
pub(crate) use languages::Languages;
#[cfg(feature = "ssr")]
pub(crate) use masthead::Masthead;
#[cfg(feature = "ssr")]
pub(crate) use news::Announcements;
#[cfg(feature = "ssr")]
pub(crate) use notice::{alert, notice_in_address, notice_line};
#[cfg(feature = "ssr")]
pub(crate) use trouble::Trouble;
