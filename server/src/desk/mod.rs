//! The desk: the shop from behind the counter, for those who work there.
//!
//! * `routes`: every route under `/desk` with the role that it needs, in one list.
//! * `gate`: nobody comes past it without a session, the role, and a page of ours.
//! * `sign_in`: in and out. [`passwords`]: how they are hashed; `sign_in_limits`: how often one
//!   may try; `sessions`: whose sockets end with a session.
//! * `dashboard`: how the shop stands. `activity`: what moves, live and as a file.
//! * `orders`, `stock`: what is done at the counter; `forms`: how a form is answered.
//! * `announcements`: what is said to everybody.
//! * `imports`: files that are sent, and what is to become of them.

mod activity;
mod announcements;
mod dashboard;
mod forms;
mod gate;
mod imports;
mod orders;
pub mod passwords;
mod routes;
mod sessions;
mod sign_in;
mod sign_in_limits;
mod state;
mod stock;

pub use routes::{DeskRoute, routes};
pub(crate) use routes::{desk, is_of_desk};
pub(crate) use state::DeskState;
