//! The desk: the pages for staff.

pub mod activity;
pub(crate) mod announcements;
pub(crate) mod book;
pub(crate) mod buzz;
pub mod dashboard;
mod frame;
pub(crate) mod imports;
pub(crate) mod masthead;
mod notice;
pub(crate) mod order;
pub(crate) mod orders;
pub(crate) mod sign_in;
pub(crate) mod stock;

pub use notice::Notice;
