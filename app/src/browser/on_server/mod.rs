//! Stands in for the browser while a page is rendered: the same functions, without effect.

pub(crate) mod arrival;
pub(crate) mod fetch;
pub(crate) mod focus;
pub(crate) mod http;
pub(crate) mod page;
pub(crate) mod replace;
pub(crate) mod submit;
pub(crate) mod title;
