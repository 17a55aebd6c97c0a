//! A store's connections and its clock, as shared code sees them.

use std::{pin::Pin, time::Duration};

use shop::Timestamp;
use sqlx::{Pool, Transaction, pool::PoolConnection};

use super::Connection;
use crate::StoreError;

/// Longer than a page or a program that asks is kept waiting for an answer.
const READ_WITHIN: Duration = Duration::from_secs(4);

/// The database that a backend's connections lead to, as sqlx names it.
pub(crate) type DatabaseOf<B> = <<B as Backend>::Connection as sqlx::Connection>::Database;

/// What a write job does with the connection that it is lent.
pub(crate) type JobFuture<'c, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'c>>;

/// Where shared code gets its connections and the time from. Cheap to clone.
pub(crate) trait Backend: Clone + Send + Sync + 'static {
    type Connection: Connection;

    /// Connections to read by.
    fn readers(&self) -> &Pool<DatabaseOf<Self>>;

    /// The moment, by the store's clock.
    fn now(
        &self,
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<Timestamp, StoreError>> + Send;

    /// Runs a job by a connection that may write, at the moment that it is given. The job
    /// begins its own transaction if it has more than one statement.
    fn write<T: Send + 'static>(
        &self,
        job: impl for<'c> FnOnce(&'c mut Self::Connection, Timestamp) -> JobFuture<'c, T>
        + Send
        + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send;

    /// Gives up on a reading after so long, where the database can be silent.
    fn within<T: Send>(
        &self,
        limit: Duration,
        reading: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> impl Future<Output = Result<T, StoreError>> + Send;

    /// Gives up on a reading while there is still time to say so.
    fn in_time<T: Send>(
        &self,
        reading: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> impl Future<Output = Result<T, StoreError>> + Send {
        self.within(READ_WITHIN, reading)
    }

    /// A connection to read by.
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
