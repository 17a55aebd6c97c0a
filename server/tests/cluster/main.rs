//! Many instances, one shelf: nginx as `deploy/` configures it, alone before made-up
//! instances and in front of a whole cluster as `scripts/cluster` starts it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod check;
mod clients;
#[path = "../common/mod.rs"]
mod common;
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
