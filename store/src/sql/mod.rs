//! Runs the same code on SQLite and PostgreSQL.
//!
//! * [`query`]: a statement with its arguments, used like sqlx's own.
//! * [`Connection`]: a connection to either database.
//! * [`Backend`]: a store's connections and clock.

mod backend;
mod connection;
mod query;

pub(crate) use backend::{Backend, JobFuture};
pub(crate) use connection::{Connection, Dialect};
pub(crate) use query::{EitherRow, query};
