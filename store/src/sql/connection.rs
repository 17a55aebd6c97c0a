//! A connection to either database, which runs a [`Query`] and begins transactions.

use futures_core::stream::BoxStream;
use futures_util::stream;
use serde_json::Value;
use sqlx::{
    Arguments, Connection as _, PgConnection, Postgres, Sqlite, SqliteConnection, Transaction,
    postgres::PgArguments, sqlite::SqliteArguments,
};

use super::{
    EitherRow,
    query::{Argument, Query},
};

/// The SQL dialect of a connection, for statements that the two databases write differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// A connection to either database. Shared code takes `&mut impl Connection`.
pub(crate) trait Connection:
    sqlx::Connection<Database: sqlx::Database<Connection = Self>> + 'static
{
    const DIALECT: Dialect;
    /// The statement that begins a transaction whose reads all see one snapshot.
    const SNAPSHOT: &'static str;

    /// Begins a transaction that writes.
    fn begin_write(
        &mut self,
    ) -> impl Future<Output = Result<Transaction<'_, Self::Database>, sqlx::Error>> + Send;

    fn execute(&mut self, query: Query) -> impl Future<Output = Result<u64, sqlx::Error>> + Send;

    fn fetch_all<T: EitherRow>(
        &mut self,
        query: Query,
    ) -> impl Future<Output = Result<Vec<T>, sqlx::Error>> + Send;

    fn fetch_optional<T: EitherRow>(
        &mut self,
        query: Query,
    ) -> impl Future<Output = Result<Option<T>, sqlx::Error>> + Send;

    fn fetch<T: EitherRow>(&mut self, query: Query) -> BoxStream<'_, Result<T, sqlx::Error>>;
}

impl Connection for SqliteConnection {
    const DIALECT: Dialect = Dialect::Sqlite;
    const SNAPSHOT: &'static str = "begin";

    // A deferred transaction that upgrades to a write may fail with BUSY, so this is immediate.
    async fn begin_write(&mut self) -> Result<Transaction<'_, Sqlite>, sqlx::Error> {
        self.begin_with("begin immediate").await
    }

    async fn execute(&mut self, query: Query) -> Result<u64, sqlx::Error> {
        let arguments = for_sqlite(query.arguments)?;
        let done = sqlx::query_with(query.sql, arguments).execute(self).await?;
        Ok(done.rows_affected())
    }

    async fn fetch_all<T: EitherRow>(&mut self, query: Query) -> Result<Vec<T>, sqlx::Error> {
        let arguments = for_sqlite(query.arguments)?;
        let query = sqlx::query_as_with(query.sql, arguments);
        query.fetch_all(self).await
    }

    async fn fetch_optional<T: EitherRow>(
        &mut self,
        query: Query,
    ) -> Result<Option<T>, sqlx::Error> {
        let arguments = for_sqlite(query.arguments)?;
        let query = sqlx::query_as_with(query.sql, arguments);
        query.fetch_optional(self).await
    }

    fn fetch<T: EitherRow>(&mut self, query: Query) -> BoxStream<'_, Result<T, sqlx::Error>> {
        match for_sqlite(query.arguments) {
            Ok(arguments) => sqlx::query_as_with(query.sql, arguments).fetch(self),
            Err(error) => Box::pin(stream::iter([Err(error)])),
        }
    }
}

impl Connection for PgConnection {
    const DIALECT: Dialect = Dialect::Postgres;
    const SNAPSHOT: &'static str = "begin isolation level repeatable read read only";

    async fn begin_write(&mut self) -> Result<Transaction<'_, Postgres>, sqlx::Error> {
        self.begin().await
    }

    async fn execute(&mut self, query: Query) -> Result<u64, sqlx::Error> {
        let arguments = for_postgres(query.arguments)?;
        let done = sqlx::query_with(query.sql, arguments).execute(self).await?;
        Ok(done.rows_affected())
    }

    async fn fetch_all<T: EitherRow>(&mut self, query: Query) -> Result<Vec<T>, sqlx::Error> {
        let arguments = for_postgres(query.arguments)?;
        let query = sqlx::query_as_with(query.sql, arguments);
        query.fetch_all(self).await
    }

    async fn fetch_optional<T: EitherRow>(
        &mut self,
        query: Query,
    ) -> Result<Option<T>, sqlx::Error> {
        let arguments = for_postgres(query.arguments)?;
        let query = sqlx::query_as_with(query.sql, arguments);
        query.fetch_optional(self).await
    }

    fn fetch<T: EitherRow>(&mut self, query: Query) -> BoxStream<'_, Result<T, sqlx::Error>> {
        match for_postgres(query.arguments) {
            Ok(arguments) => sqlx::query_as_with(query.sql, arguments).fetch(self),
            Err(error) => Box::pin(stream::iter([Err(error)])),
        }
    }
}

fn for_sqlite(arguments: Vec<Argument>) -> Result<SqliteArguments, sqlx::Error> {
    let mut bound = SqliteArguments::default();
    bound.reserve(arguments.len(), 0);
    for argument in arguments {
        let added = match argument {
            Argument::Integer(value) => bound.add(value),
            Argument::Text(value) => bound.add(value),
            Argument::Bytes(value) => bound.add(value),
            Argument::Integers(values) => bound.add(Value::from(values).to_string()),
            Argument::Texts(values) => bound.add(Value::from(values).to_string()),
            Argument::ByteStrings(values) => {
                let values = values.iter().map(|bytes| hexadecimal(bytes));
                bound.add(Value::from_iter(values).to_string())
            }
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(bound)
}

fn for_postgres(arguments: Vec<Argument>) -> Result<PgArguments, sqlx::Error> {
    let mut bound = PgArguments::default();
    for argument in arguments {
        let added = match argument {
            Argument::Integer(value) => bound.add(value),
            Argument::Text(value) => bound.add(value),
            Argument::Bytes(value) => bound.add(value),
            Argument::Integers(values) => bound.add(values),
            Argument::Texts(values) => bound.add(values),
            Argument::ByteStrings(values) => bound.add(values),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(bound)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
