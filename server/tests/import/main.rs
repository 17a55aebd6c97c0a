//! Imports over the socket of the real binary: cut off, taken over, revoked, killed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../common/mod.rs"]
mod common;
mod covers;
mod desk;
mod kill;
mod shop;
mod taken_in;
mod upload;
