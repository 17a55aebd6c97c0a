//! The store's tests, in one program.
//!
//! * `contract`: the behaviour of every kind of store.
//! * `sqlite`: the embedded store's file: who may open it, and how it fails; `damaged`: files that
//!   are damaged, page by page, or of a newer version; `restore`: backups.
//! * `audit`: a violation for each invariant, and the tampering that is refused.
//! * `reports`: what the embedded store logs, and how often.
//! * `clock`: a clock that stands still until a test moves it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audit;
mod clock;
mod contract;
mod damaged;
mod reports;
mod restore;
mod sqlite;
