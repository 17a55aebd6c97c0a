//! The desk: the shop from behind the counter, for those who work there.
//!
//! * `surface`: every route under `/desk` with the role that it needs, in one list.
//! * `gate`: nobody comes past it without a session, the role, and a page of ours.
//! * `activity`: what moves, live and as a file.
//! * `sign_in`: in and out. [`passwords`]: how they are hashed; `attempts`: how often one may
//!   try; `sessions`: whose sockets end with a session.
//! * `orders`, `stock`: what is done at the counter; `forms`: how a form is answered.
//! * `news`: what is said to everybody.

mod activity;
mod attempts;
mod forms;
mod gate;
mod news;
mod orders;
pub mod passwords;
mod sessions;
mod sign_in;
mod stock;
mod surface;

pub(crate) use activity::MOST_STREAMS;
pub(crate) use attempts::Attempts;
pub(crate) use gate::Staff;
pub(crate) use sessions::Sessions;
pub use surface::{Listed, routes};
pub(crate) use surface::{desk, is_of_desk};
