//! The desk: the shop from behind the counter, for those who work there.
//!
//! * `surface`: every route under `/desk` with the role that it needs, in one list.
//! * `gate`: nobody comes past it without a session, the role, and a page of ours.
//! * `sign_in`: in and out. [`passwords`]: how they are hashed; `attempts`: how often one may
//!   try; `imports`: files that are sent, and what is to become of them; `sessions`: whose sockets end with a session.

mod attempts;
mod gate;
mod imports;
pub mod passwords;
mod sessions;
mod sign_in;
mod surface;
#[cfg(test)]
mod tests;

pub(crate) use attempts::Attempts;
pub(crate) use gate::Staff;
pub(crate) use sessions::Sessions;
pub(crate) use surface::desk;
