//! The store's tests, one program: the contract of every kind of store, and what is about files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audit;
mod clock;
mod contract;
mod damaged;
mod reports;
mod restore;
mod sqlite;
