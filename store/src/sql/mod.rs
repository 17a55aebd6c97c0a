//! Runs the same code on SQLite and PostgreSQL.

mod backend;
mod connection;
mod query;

pub(crate) use backend::{Backend, JobFuture};
pub(crate) use connection::{Connection, Dialect};
pub(crate) use query::{EitherRow, query};
