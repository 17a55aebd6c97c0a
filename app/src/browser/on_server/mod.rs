//! Stands in for the browser while a page is rendered: the same functions, without effect.

mod arrival;
mod fetch;
mod focus;
pub(crate) mod http;
pub(crate) mod page;
mod replace;
mod submit;
mod title;

pub(crate) use arrival::received;
pub(crate) use fetch::fetch;
pub(crate) use focus::{move_focus, restore_focus};
pub(crate) use replace::replace_page;
pub(crate) use submit::Submission;
pub(crate) use title::set_notice_in_title;
