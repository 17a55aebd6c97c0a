//! A statement with its arguments, for either database.

use futures_core::stream::BoxStream;
use futures_util::TryStreamExt;
use sqlx::{FromRow, postgres::PgRow, sqlite::SqliteRow};

use super::Connection;
use crate::StoreError;

/// Creates a statement. Its placeholders are `$1`, `$2` and so on, which both databases understand.
pub(crate) fn query(sql: &'static str) -> Query {
    Query {
        sql,
        arguments: Vec::new(),
    }
}

/// A statement and the arguments bound to it so far.
#[must_use]
pub(crate) struct Query {
    pub(super) sql: &'static str,
    pub(super) arguments: Vec<Argument>,
}

/// The value of a placeholder. The variant also gives the type of a NULL, because PostgreSQL
/// refuses a NULL whose type it cannot infer.
pub(crate) enum Argument {
    Integer(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    /// An array in PostgreSQL, for `any($1)`; in SQLite a JSON array, for `json_each($1)`.
    Integers(Vec<i64>),
    /// Like `Integers`.
    Texts(Vec<String>),
    /// Like `Integers`, with hexadecimal strings in SQLite's JSON, for `unhex(value)`.
    ByteStrings(Vec<Vec<u8>>),
}

/// A row that can be read from either database.
pub(crate) trait EitherRow:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static
{
}

impl<T> EitherRow for T where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static
{
}

impl Query {
    /// Binds the next placeholder.
    pub(crate) fn bind(mut self, argument: impl Into<Argument>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Runs the statement, and returns the number of affected rows.
    pub(crate) async fn execute<C: Connection>(
        self,
        connection: &mut C,
    ) -> Result<u64, StoreError> {
        Ok(connection.execute(self).await?)
    }

    /// Returns all rows.
    pub(crate) async fn fetch_all<C: Connection, T: EitherRow>(
        self,
        connection: &mut C,
    ) -> Result<Vec<T>, StoreError> {
        Ok(connection.fetch_all(self).await?)
    }

    /// Streams the rows.
    pub(crate) fn fetch<C: Connection, T: EitherRow>(
        self,
        connection: &mut C,
    ) -> BoxStream<'_, Result<T, StoreError>> {
        Box::pin(connection.fetch(self).map_err(StoreError::from))
    }

    /// Returns the first row, if any.
    pub(crate) async fn fetch_optional<C: Connection, T: EitherRow>(
        self,
        connection: &mut C,
    ) -> Result<Option<T>, StoreError> {
        Ok(connection.fetch_optional(self).await?)
    }

    /// Returns the first row, or an error if there is none.
    pub(crate) async fn fetch_one<C: Connection, T: EitherRow>(
        self,
        connection: &mut C,
    ) -> Result<T, StoreError> {
        let row = connection.fetch_optional(self).await?;
        Ok(row.ok_or(sqlx::Error::RowNotFound)?)
    }

    /// Returns the first column of all rows.
    pub(crate) async fn fetch_scalars<C: Connection, T>(
        self,
        connection: &mut C,
    ) -> Result<Vec<T>, StoreError>
    where
        (T,): EitherRow,
    {
        let rows: Vec<(T,)> = self.fetch_all(connection).await?;
        Ok(rows.into_iter().map(|(value,)| value).collect())
    }

    /// Returns the first column of the first row, if any.
    pub(crate) async fn fetch_optional_scalar<C: Connection, T>(
        self,
        connection: &mut C,
    ) -> Result<Option<T>, StoreError>
    where
        (T,): EitherRow,
    {
        let row: Option<(T,)> = self.fetch_optional(connection).await?;
        Ok(row.map(|(value,)| value))
    }

    /// Returns the first column of the first row, or an error if there is none.
    pub(crate) async fn fetch_scalar<C: Connection, T>(
        self,
        connection: &mut C,
    ) -> Result<T, StoreError>
    where
        (T,): EitherRow,
    {
        let (value,) = self.fetch_one(connection).await?;
        Ok(value)
    }
}

impl From<i64> for Argument {
    fn from(value: i64) -> Self {
        Self::Integer(Some(value))
    }
}

impl From<u32> for Argument {
    fn from(value: u32) -> Self {
        i64::from(value).into()
    }
}

/// Both databases store a boolean as 0 or 1.
impl From<bool> for Argument {
    fn from(value: bool) -> Self {
        i64::from(value).into()
    }
}

impl From<&str> for Argument {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}

impl From<&String> for Argument {
    fn from(value: &String) -> Self {
        value.clone().into()
    }
}

impl From<String> for Argument {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<&str>> for Argument {
    fn from(value: Option<&str>) -> Self {
        value.map(str::to_owned).into()
    }
}

impl From<Option<String>> for Argument {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}

impl From<Option<i64>> for Argument {
    fn from(value: Option<i64>) -> Self {
        Self::Integer(value)
    }
}

impl From<&[u8]> for Argument {
    fn from(value: &[u8]) -> Self {
        value.to_vec().into()
    }
}

impl From<Vec<u8>> for Argument {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(Some(value))
    }
}

impl From<Vec<i64>> for Argument {
    fn from(values: Vec<i64>) -> Self {
        Self::Integers(values)
    }
}

impl From<Vec<String>> for Argument {
    fn from(values: Vec<String>) -> Self {
        Self::Texts(values)
    }
}

impl From<Vec<&str>> for Argument {
    fn from(values: Vec<&str>) -> Self {
        Self::Texts(values.into_iter().map(str::to_owned).collect())
    }
}

impl From<Vec<Vec<u8>>> for Argument {
    fn from(values: Vec<Vec<u8>>) -> Self {
        Self::ByteStrings(values)
    }
}
