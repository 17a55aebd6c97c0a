//! Several instances behind nginx, with the configuration in `deploy/`.
//!
//! * nginx alone, in front of fake instances (`nginx`, `fake_instance`): `clients` (the client's
//!   address, slow clients), `retries` (which requests go to another instance), `limits`, `files`,
//!   `tls`, `live` and `connection_check` (waits, streams and sockets pass through).
//! * Whole clusters, as `make cluster` starts them (`full_cluster`): `failover` (instances are
//!   killed, added and removed), `rolling` (a restart of all, one after the other), both under
//!   `load` (open pages and shoppers).

mod clients;
mod connection_check;
mod failover;
mod fake_instance;
mod files;
mod full_cluster;
mod harness;
mod limits;
mod live;
mod load;
mod nginx;
mod retries;
mod rolling;
mod tls;
