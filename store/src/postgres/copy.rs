//! Copies a shop from SQLite to PostgreSQL, row by row, in one transaction.
//!
//! Rows travel as JSON objects, a few thousand at a time, so that memory stays bounded.

mod tables;

use std::path::Path;

use futures_util::TryStreamExt;
use sqlx::{Connection, PgConnection, SqliteConnection};

use self::tables::{TABLES, Table};
use super::{ConnectError, DatabaseUrl, open};
use crate::{OpenError, sqlite};

/// The most rows copied in one statement.
const AT_ONCE: usize = 5_000;

/// Covers are large, so fewer are copied in one statement.
const COVERS: &str = "cover";
const COVERS_AT_ONCE: usize = 20;

/// The progress of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The current table.
    pub table: &'static str,
    /// The rows copied so far.
    pub rows: u64,
    /// The rows in the table.
    pub of: u64,
}

/// Why a shop was not copied. No row was copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The shop's file cannot be opened.
    #[error(transparent)]
    From(#[from] OpenError),
    /// The database cannot be opened.
    #[error(transparent)]
    To(#[from] ConnectError),
    /// The database already has a shop.
    #[error("the database at {0} already has a shop with books; an empty database is needed")]
    NotEmpty(DatabaseUrl),
    /// The shop's file could not be read completely.
    #[error("the shop's file cannot be read")]
    Reading(#[source] sqlx::Error),
    /// A write to PostgreSQL failed.
    #[error("writing to PostgreSQL failed")]
    Writing(#[source] sqlx::Error),
    /// Some rows are missing in PostgreSQL.
    #[error("only {rows} of {of} rows in {table} were copied")]
    Incomplete {
        /// The table.
        table: &'static str,
        /// The rows copied.
        rows: u64,
        /// The rows in the file.
        of: u64,
    },
}

/// Copies the shop in a directory into an empty database, and reports progress. No process may have
/// the shop open. The directory is left unchanged.
///
/// # Errors
/// [`CopyError`]. Nothing was copied, but the database may have been migrated.
pub async fn copy_shop(
    directory: &Path,
    url: &DatabaseUrl,
    mut report: impl FnMut(Progress),
) -> Result<(), CopyError> {
    let mut from = sqlite::OfflineShop::open(directory).await?;
    let mut connection = open::connect(url).await?;
    open::migrate(&mut connection, url, &[]).await?;
    let mut to = connection.begin().await.map_err(CopyError::Writing)?;
    // No other process may add books meanwhile.
    sqlx::query("lock table book in share row exclusive mode")
        .execute(&mut *to)
        .await
        .map_err(CopyError::Writing)?;
    let filled: bool = sqlx::query_scalar("select exists (select from book)")
        .fetch_one(&mut *to)
        .await
        .map_err(CopyError::Writing)?;
    if filled {
        return Err(CopyError::NotEmpty(url.clone()));
    }
    // The database may have held another shop before, and pages of that shop may still be open.
    begin_epoch(&mut to).await.map_err(CopyError::Writing)?;
    for table in &TABLES {
        copy_table(from.connection(), &mut to, table, &mut report).await?;
    }
    sqlx::query(
        "select setval(pg_get_serial_sequence('book', 'id'), (select coalesce(max(id), 0) + 1 from book), false),
                setval(pg_get_serial_sequence('movement', 'id'), (select coalesce(max(id), 0) + 1 from movement), false),
                setval(pg_get_serial_sequence('mail', 'id'), (select coalesce(max(id), 0) + 1 from mail), false),
                setval(pg_get_serial_sequence('journal', 'id'), (select coalesce(max(id), 0) + 1 from journal), false),
                setval(pg_get_serial_sequence('staff', 'id'), (select coalesce(max(id), 0) + 1 from staff), false),
                setval('hold_number', (select coalesce(max(id), 0) + 1 from hold), false),
                setval('order_number', (select coalesce(max(id), 0) + 1 from shop_order), false)",
    )
    .execute(&mut *to)
    .await
    .map_err(CopyError::Writing)?;
    to.commit().await.map_err(CopyError::Writing)?;
    // Lets PostgreSQL plan the first queries for the copied data. If this fails, autovacuum does it
    // later.
    let _ = sqlx::query("analyze").execute(&mut connection).await;
    Ok(())
}

/// Gives the data a new random epoch.
async fn begin_epoch(to: &mut PgConnection) -> Result<(), sqlx::Error> {
    let mut epoch = [0; 6];
    getrandom::fill(&mut epoch).map_err(|error| sqlx::Error::Io(error.into()))?;
    sqlx::query("update setting set value = $1 where name = 'epoch'")
        .bind(epoch.as_slice())
        .execute(to)
        .await?;
    Ok(())
}

async fn copy_table(
    from: &mut SqliteConnection,
    to: &mut PgConnection,
    table: &Table,
    report: &mut impl FnMut(Progress),
) -> Result<(), CopyError> {
    let count: i64 = sqlx::query_scalar(table.count)
        .fetch_one(&mut *from)
        .await
        .map_err(CopyError::Reading)?;
    let (of, mut rows) = (count.unsigned_abs(), 0);
    let at_once = match table.name {
        COVERS => COVERS_AT_ONCE,
        _ => AT_ONCE,
    };
    let mut objects = sqlx::query_scalar::<_, String>(table.read).fetch(from);
    loop {
        let mut batch = Vec::with_capacity(at_once);
        while batch.len() < at_once
            && let Some(object) = objects.try_next().await.map_err(CopyError::Reading)?
        {
            batch.push(object);
        }
        if batch.is_empty() {
            break;
        }
        let written = sqlx::query(table.write)
            .bind(format!("[{}]", batch.join(",")))
            .execute(&mut *to)
            .await
            .map_err(CopyError::Writing)?;
        rows += written.rows_affected();
        let table = table.name;
        report(Progress { table, rows, of });
    }
    if rows == of {
        Ok(())
    } else {
        let table = table.name;
        Err(CopyError::Incomplete { table, rows, of })
    }
}
