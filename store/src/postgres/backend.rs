//! An instance's connections to PostgreSQL, and the database's clock.

use std::{io, time::Duration};

use shop::Timestamp;
use sqlx::{PgConnection, PgPool};
use tokio::time::timeout;

use crate::{
    StoreError,
    rows::timestamp,
    sql::{Backend, JobFuture, query},
};

/// The pool for reads, and for writes beside the batches.
#[derive(Debug, Clone)]
pub(super) struct PostgresBackend(pub(super) PgPool);

impl Backend for PostgresBackend {
    type Connection = PgConnection;

    fn readers(&self) -> &PgPool {
        &self.0
    }

    async fn now(&self, connection: &mut PgConnection) -> Result<Timestamp, StoreError> {
        now(connection).await
    }

    async fn write_within<T: Send + 'static>(
        &self,
        limit: Duration,
        job: impl for<'c> FnOnce(&'c mut PgConnection, Timestamp) -> JobFuture<'c, T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let writing = async {
            let mut connection = self.reader().await?;
            let now = now(&mut connection).await?;
            job(&mut connection, now).await
        };
        self.within(limit, writing).await
    }

    async fn within<T: Send>(
        &self,
        limit: Duration,
        reading: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        match timeout(limit, reading).await {
            Ok(read) => read,
            Err(_) => Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into()).into()),
        }
    }
}

/// The current time by the database's clock.
pub(super) async fn now(connection: &mut PgConnection) -> Result<Timestamp, StoreError> {
    timestamp(query("select shop_now()").fetch_scalar(connection).await?)
}
