//! Which mails about orders are sent, and what stands at their beginning.

pub(crate) mod page;
pub mod unsaved;
