//! The store's tests, in one program.
//!
//! * `contract`: what every kind of store does.
//! * `sqlite`: the embedded store's file: who may open it, and how it fails; `damaged`: a file
//!   that is damaged, page by page, or of a newer version; `restore`: backups.
//! * `audit`: what the audit finds, each rule its own breach, and what tampering is refused.
//! * `reports`: what the embedded store writes to the log, and how often.
//! * `clock`: a clock that stands still until a test moves it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audit;
mod clock;
mod contract;
mod damaged;
mod reports;
mod restore;
mod sqlite;
