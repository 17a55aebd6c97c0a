//! The store's tests, in one program.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

/// A violation of each rule of the audit, and changes of the ledger that are refused.
mod audit;
/// A clock that stands still until a test moves it.
mod clock;
/// The behaviour of every kind of store.
mod contract;
/// Files that are damaged, page by page, or of a newer version.
mod damaged;
/// What the embedded store logs, and how often.
mod reports;
/// Backups.
mod restore;
/// The embedded store's file: who may open it, and how it fails.
mod sqlite;
