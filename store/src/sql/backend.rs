//! A store's connections and clock, as shared code uses them.

use std::{pin::Pin, time::Duration};

use shop::Timestamp;
use sqlx::{Pool, Transaction, pool::PoolConnection};

use super::Connection;
use crate::StoreError;

/// The time limit for a read or a write, shorter than the time a page or a program waits for its
/// answer.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(4);

/// The database of a backend, as sqlx names it.
pub(crate) type DatabaseOf<B> = <<B as Backend>::Connection as sqlx::Connection>::Database;

/// The future of a write job, which borrows the connection.
pub(crate) type JobFuture<'c, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'c>>;

/// Gives shared code its connections and the time. Cheap to clone.
pub(crate) trait Backend: Clone + Send + Sync + 'static {
    type Connection: Connection;

    /// The connections for reading.
    fn readers(&self) -> &Pool<DatabaseOf<Self>>;

    /// The current time by the store's clock.
    fn now(
        &self,
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<Timestamp, StoreError>> + Send;

    /// Runs a job with a writing connection and the current time, with this time limit if the
    /// database is a server. A job with more than one statement begins its own transaction.
    fn write_within<T: Send + 'static>(
        &self,
        limit: Duration,
        job: impl for<'c> FnOnce(&'c mut Self::Connection, Timestamp) -> JobFuture<'c, T>
        + Send
        + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send;

    /// The same, with a time limit that leaves time to report a failure.
    fn write<T: Send + 'static>(
        &self,
        job: impl for<'c> FnOnce(&'c mut Self::Connection, Timestamp) -> JobFuture<'c, T>
        + Send
        + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send {
        self.write_within(ANSWER_WITHIN, job)
    }

    /// Runs a read, with this time limit if the database is a server.
    fn within<T: Send>(
        &self,
        limit: Duration,
        reading: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> impl Future<Output = Result<T, StoreError>> + Send;

    /// Runs a read with a time limit that leaves time to report a failure.
    fn in_time<T: Send>(
        &self,
        reading: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> impl Future<Output = Result<T, StoreError>> + Send {
        self.within(ANSWER_WITHIN, reading)
    }

    /// A connection for reading.
    fn reader(
        &self,
    ) -> impl Future<Output = Result<PoolConnection<DatabaseOf<Self>>, StoreError>> + Send {
        async { Ok(self.readers().acquire().await?) }
    }

    /// A transaction whose statements all see the same data.
    fn snapshot(
        &self,
    ) -> impl Future<Output = Result<Transaction<'static, DatabaseOf<Self>>, StoreError>> + Send
    {
        async {
            let statement = Self::Connection::SNAPSHOT;
            Ok(self.readers().begin_with(statement).await?)
        }
    }
}
