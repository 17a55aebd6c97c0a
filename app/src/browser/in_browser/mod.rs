//! What islands use of a real browser.

pub(crate) mod http;
pub(crate) mod island;
pub(crate) mod json;
pub(crate) mod page;
