//! Runs the same code on SQLite and PostgreSQL.

/// A store's connections and clock.
mod backend;
/// A connection to either database.
mod connection;
/// A statement with its arguments, used like sqlx's own.
mod query;

pub(crate) use backend::{ANSWER_WITHIN, Backend, JobFuture};
pub(crate) use connection::{Connection, Dialect};
pub(crate) use query::{EitherRow, query};

/// The key of PostgreSQL's advisory lock for the names of books. A transaction that adds books takes
/// it before it locks any stock, and so does one that changes all books.
pub(crate) const NAMES_LOCK: i64 = 7_205_759_403_792_795;
