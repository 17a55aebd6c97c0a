//! The desk: the pages for staff.

#[cfg(feature = "ssr")]
pub(crate) mod account;
pub mod activity;
#[cfg(feature = "ssr")]
pub(crate) mod announcements;
#[cfg(feature = "ssr")]
pub(crate) mod book;
#[cfg(feature = "ssr")]
pub mod books;
#[cfg(feature = "ssr")]
pub(crate) mod buzz;
#[cfg(feature = "ssr")]
mod clock;
#[cfg(feature = "ssr")]
pub mod counter;
pub mod dashboard;
#[cfg(feature = "ssr")]
mod erase_contact;
#[cfg(feature = "ssr")]
pub mod figures;
#[cfg(feature = "ssr")]
mod frame;
pub(crate) mod imports;
#[cfg(feature = "ssr")]
pub(crate) mod invitation;
#[cfg(feature = "ssr")]
pub mod journal;
mod keyed_forms;
#[cfg(feature = "ssr")]
pub mod legal;
mod live_parts;
#[cfg(feature = "ssr")]
pub mod mail_settings;
#[cfg(feature = "ssr")]
pub(crate) mod masthead;
#[cfg(feature = "ssr")]
pub mod notice;
#[cfg(feature = "ssr")]
pub(crate) mod order;
#[cfg(feature = "ssr")]
mod order_mails;
#[cfg(feature = "ssr")]
pub(crate) mod orders;
#[cfg(feature = "ssr")]
mod password_fields;
#[cfg(feature = "ssr")]
pub mod people;
#[cfg(feature = "ssr")]
pub mod period;
mod sale;
#[cfg(feature = "ssr")]
mod search_label;
#[cfg(feature = "ssr")]
pub mod set_up;
pub mod settings;
#[cfg(feature = "ssr")]
pub(crate) mod sign_in;
#[cfg(feature = "ssr")]
mod sort_heading;
#[cfg(feature = "ssr")]
pub(crate) mod stock;
#[cfg(feature = "ssr")]
pub(crate) mod today;
#[cfg(feature = "ssr")]
mod when;
