//! Stands in for the browser while a page is rendered: the same functions, without effect.

#[cfg(feature = "ssr")]
mod fetch;
pub(crate) mod http;
pub(crate) mod page;
#[cfg(feature = "ssr")]
mod replace;
mod submit;

#[cfg(feature = "ssr")]
pub(crate) use fetch::fetch;
#[cfg(feature = "ssr")]
pub(crate) use replace::replace_page;
pub(crate) use submit::submit;
