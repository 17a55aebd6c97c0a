//! The frame of every page, and the parts that pages share.

#[cfg(feature = "ssr")]
pub(crate) mod document;
#[cfg(feature = "ssr")]
pub(crate) mod error_page;
#[cfg(feature = "ssr")]
pub(crate) mod footer;
pub(crate) mod form;
pub mod language_switch;
#[cfg(feature = "ssr")]
pub(crate) mod masthead;
#[cfg(feature = "ssr")]
pub(crate) mod not_found;
#[cfg(feature = "ssr")]
pub(crate) mod notice;
#[cfg(feature = "ssr")]
pub(crate) mod offline;
#[cfg(feature = "ssr")]
pub(crate) mod page;
#[cfg(feature = "ssr")]
pub(crate) mod price_label;
#[cfg(feature = "ssr")]
pub(crate) mod query;
#[cfg(feature = "ssr")]
pub(crate) mod shop_details;
#[cfg(feature = "ssr")]
pub(crate) mod title;
