//! The server's tests, in one program, so that the server is linked into a test once.
//!
//! Each test has its own shop, data directory and database.
//!
//! * `shop`: the shop over HTTP, inside the test's process.
//! * `start`: the real binary starts, or reports why not; `postgres`: the same on PostgreSQL, the
//!   owner's commands there, and copying a shop to it.
//! * `log`: the real binary goes on when nobody reads its log.
//! * `crash`: the real binary is killed, or its disk fails.
//! * `mail`: the real binary sends mail, also when it is killed between an order and its mail.
//! * `import`: the real binary imports a catalogue, with every kind of interruption.
//! * `drop`: a sale opens, with more shoppers than copies.
//! * `cluster`: nginx with the configuration in `deploy/`, and several instances behind it.
//! * `protocol_docs`, `settings_docs`: the documents agree with the program.
//! * `common`: the real binary, a mail server and a search service for tests.
//!
//! `docs/assurance.md` lists the control tests, in which a guard is removed and the failure is seen.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cluster;
mod common;
mod crash;
mod drop;
mod import;
mod log;
mod mail;
mod postgres;
mod protocol_docs;
mod settings_docs;
mod shop;
mod start;
