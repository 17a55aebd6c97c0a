//! One way to run SQL on SQLite and on PostgreSQL, for everything that both stores do alike.
//!
//! * [`query`]: a statement with its arguments. It is bound and run like one of sqlx's own.
//! * [`Connection`]: a connection to either database.
//! * [`Backend`]: a store's connections, and the time by its clock.

mod backend;
mod connection;
mod query;

pub(crate) use backend::{Backend, JobFuture};
pub(crate) use connection::{Connection, Dialect};
pub(crate) use query::{EitherRow, query};
