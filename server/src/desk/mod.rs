//! The desk: the part of the shop for its staff.

/// One's own password and sessions.
mod account;
/// The ledger, live and as a file.
mod activity;
/// Messages to all shoppers.
mod announcements;
/// Books: added, edited, and their covers and reorder points.
mod books;
/// Accepts a clock that was in doubt.
mod clock;
/// The work at the counter: sales without an order, and returns.
mod counter;
/// The state of the shop.
mod dashboard;
/// What was sold and what was not, as files.
mod figures;
/// Reading and answering forms.
mod forms;
/// Checks the session, the role and the origin of each request.
mod gate;
/// Uploaded files and their progress.
mod imports;
/// The page behind a link, where somebody chooses a password.
mod invitation;
/// What the staff did, as a file.
mod journal;
/// Browsers in which staff have signed in before.
mod known_browsers;
/// The imprint, the privacy policy and the terms.
mod legal;
/// Which mails about orders are sent, and what stands at their beginning.
mod mail_settings;
/// The work at the counter: orders.
mod orders;
pub mod passwords;
/// Invitations, roles, removals, and links for new passwords.
mod people;
/// Every route under `/desk` and the role that it needs, in one list.
mod routes;
/// The work at the counter: when a book goes on sale.
mod sale;
/// Ends open connections when their session ends.
mod sessions;
/// The link with which the first owner of a new shop makes an account.
mod set_up;
/// The shop's settings.
mod settings;
/// Signing in and out.
mod sign_in;
/// How often one may try to sign in.
mod sign_in_limits;
/// Text in files that are opened in a spreadsheet.
mod spreadsheet;
mod state;
/// The work at the counter: stock.
mod stock;
/// Submits commands, each with its author.
mod submit;

pub use routes::{DeskRoute, routes};
pub(crate) use routes::{INVITATION, NEW_PASSWORD, SET_UP, SIGN_IN, desk, is_of_desk};
pub(crate) use set_up::new_link as new_set_up_link;
pub(crate) use state::DeskState;
