//! The server's tests, one program: the shop over HTTP, the real binary, and many instances.
//!
//! One program, so that the server is compiled into a test once. Each test still owns its world:
//! a shop, a data directory, a database.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cluster;
mod common;
mod crash;
mod drop;
mod import;
mod mail;
mod postgres;
mod protocol_docs;
mod settings_docs;
mod shop;
mod start;
