//! The embedded store's connections: a pool for reading, and a queue of write jobs.

use std::{fmt, sync::Arc, time::Duration};

use shop::Timestamp;
use sqlx::{SqliteConnection, SqlitePool};

use super::write_jobs::WriteJobs;
use crate::{
    Clock, StoreError,
    sql::{Backend, JobFuture},
};

/// The pool for reads, the queue of write jobs, and the clock.
#[derive(Clone)]
pub(super) struct SqliteBackend {
    pub(super) reads: SqlitePool,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) write_jobs: WriteJobs,
}

impl Backend for SqliteBackend {
    type Connection = SqliteConnection;

    fn readers(&self) -> &SqlitePool {
        &self.reads
    }

    async fn now(&self, _: &mut SqliteConnection) -> Result<Timestamp, StoreError> {
        Ok(self.clock.now())
    }

    /// The file has one writer, whose jobs wait for nothing else.
    async fn write_within<T: Send + 'static>(
        &self,
        _: Duration,
        job: impl for<'c> FnOnce(&'c mut SqliteConnection, Timestamp) -> JobFuture<'c, T>
        + Send
        + 'static,
    ) -> Result<T, StoreError> {
        self.write_jobs.run(job).await
    }

    /// Reading a file needs no time limit.
    async fn within<T: Send>(
        &self,
        _: Duration,
        reading: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        reading.await
    }
}

impl fmt::Debug for SqliteBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteBackend")
    }
}
