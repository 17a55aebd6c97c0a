//! The server's tests, in one program, so that the server is linked into a test once. Each test has
//! its own shop, data directory and database.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

/// `docs/assurance.md`, which lists the tests without a guard, agrees with the tests.
mod assurance_docs;
/// nginx with the configuration in `deploy/`, and several instances behind it.
mod cluster;
/// The real binary, a mail server and a search service for tests.
mod common;
/// The real binary is killed, or its disk fails.
mod crash;
/// A sale opens, with more shoppers than copies.
mod drop;
/// The real binary imports a catalogue, with every kind of interruption.
mod import;
/// The real binary listens on an address or a name.
mod listen;
/// The real binary keeps running when nobody reads its log.
mod log;
/// The real binary sends mail, even if it is killed between an order and its mail.
mod mail;
/// The real binary on PostgreSQL: how it starts, the owner's commands, and copying a shop to it.
mod postgres;
/// `docs/protocol.md` agrees with the program.
mod protocol_docs;
/// The real binary prints the link with which the first owner comes.
mod set_up;
/// `docs/settings.md` agrees with the program.
mod settings_docs;
/// The shop over HTTP, inside the test's process.
mod shop;
/// The real binary starts, or reports why not.
mod start;
