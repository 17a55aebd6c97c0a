//! The part of a real browser that islands use.

pub(crate) mod http;
pub(crate) mod island;
pub(crate) mod json;
pub(crate) mod page;
