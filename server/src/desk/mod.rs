//! The desk: the part of the shop for its staff.
//!
//! * `routes`: every route under `/desk` and the role that it needs, in one list.
//! * `gate`: checks the session, the role and the origin of each request.
//! * `sign_in`: signing in and out. [`passwords`]: hashing; `sign_in_limits`: how often one may
//!   try, `known_browsers`: where they have signed in before; `sessions`: ends what is open when
//!   its session ends.
//! * `dashboard`: the state of the shop. `activity`: the ledger, live and as a file.
//! * `orders`, `stock`: the work at the counter; `forms`: reading and answering forms.
//! * `announcements`: messages to all shoppers.
//! * `clock`: accepts a clock that was in doubt.
//! * `imports`: uploaded files and their progress.

mod activity;
mod announcements;
mod clock;
mod dashboard;
mod forms;
mod gate;
mod imports;
mod known_browsers;
mod orders;
pub mod passwords;
mod routes;
mod sessions;
mod sign_in;
mod sign_in_limits;
mod state;
mod stock;

pub use routes::{DeskRoute, routes};
pub(crate) use routes::{SIGN_IN, desk, is_of_desk};
pub(crate) use state::DeskState;
