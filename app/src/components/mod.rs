//! What the pages are made of.

mod buy;
mod connection;
mod cover;
mod form;
mod masthead;
mod notice;
mod stock;
mod trouble;

pub(crate) use buy::{Buy, InCart};
pub(crate) use connection::ConnectionBadge;
pub(crate) use cover::Cover;
pub(crate) use form::{alert, button, field, link, post_form};
pub(crate) use masthead::Masthead;
pub(crate) use notice::{notice_in_address, notice_line};
pub(crate) use stock::{StockCount, StockNote};
pub(crate) use trouble::Trouble;
