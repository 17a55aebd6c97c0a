//! Runs the same code on SQLite and PostgreSQL.

/// A store's connections and clock.
mod backend;
/// A connection to either database.
mod connection;
/// A statement with its arguments, used like sqlx's own.
mod query;

pub(crate) use backend::{Backend, JobFuture};
pub(crate) use connection::{Connection, Dialect};
pub(crate) use query::{EitherRow, query};
