//! Several instances behind nginx, with the configuration in `deploy/`.
//!
//! * nginx alone, in front of made-up instances (`nginx`, `instance`): `clients` (whose address it
//!   is), `posts` (what is sent to another instance, and what never is), `limits`, `files`, `tls`,
//!   `live` and `connection_check` (waits, streams and sockets pass through).
//! * Whole clusters, as `make cluster` starts them (`whole`): `several` (instances are killed,
//!   added and removed), `rolling` (a restart of all, one after the other), both while
//!   `people` look and buy.

mod clients;
mod connection_check;
mod files;
mod harness;
mod instance;
mod limits;
mod live;
mod nginx;
mod people;
mod posts;
mod rolling;
mod several;
mod tls;
mod whole;
