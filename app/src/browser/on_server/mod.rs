//! Stands in for the browser while a page is rendered: the same functions, without effect.

pub(crate) mod http;
pub(crate) mod island;
pub(crate) mod json;
pub(crate) mod page;
