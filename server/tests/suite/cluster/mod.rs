//! Several instances behind nginx, with the configuration in `deploy/`.

/// The client's address, and slow clients, behind nginx alone.
mod clients;
/// The parts of the connection check pass through nginx.
mod connection_check;
/// In a whole cluster, instances are killed, added and removed.
mod failover;
/// A fake instance behind nginx.
mod fake_instance;
mod files;
/// A whole cluster, as `make cluster` starts it.
mod full_cluster;
mod harness;
mod limits;
/// Waits, streams and sockets pass through nginx.
mod live;
/// Open pages and shoppers for a whole cluster.
mod load;
/// nginx alone, in front of fake instances.
mod nginx;
/// Which requests go to another instance.
mod retries;
/// In a whole cluster, all instances restart, one after the other.
mod rolling;
mod tls;
