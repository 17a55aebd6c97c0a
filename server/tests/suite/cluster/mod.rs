//! Many instances, one shelf: nginx as `deploy/` configures it, alone before made-up
//! instances and in front of a whole cluster as `scripts/cluster` starts it.

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
