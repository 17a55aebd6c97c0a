//! Looking into a shop's file from outside, beside a running shop or without one:
//! the audit, the ledger, a backup. Nothing here writes to it.

use std::{fs::File, path::Path};

use futures_core::stream::BoxStream;
use shop::{Movement, Slug};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::open;
use crate::{Finding, OpenError, StoreError, rows::MovementRow, rules::RULES};

/// A shop's file, opened for reading only.
#[derive(Debug)]
pub struct Inspection(SqliteConnection);

impl Inspection {
    /// Opens the shop in a directory, beside whoever else has it open.
    ///
    /// # Errors
    /// [`OpenError`] when there is none, or it is not ours.
    pub async fn open(directory: &Path) -> Result<Self, OpenError> {
        let path = directory.join(open::FILE_NAME);
        if let Err(source) = File::open(&path) {
            return Err(OpenError::Directory { path, source });
        }
        let options = SqliteConnectOptions::new().filename(&path).read_only(true);
        open::refuse_foreign_file(&path, &options).await?;
        let connection = options
            .connect()
            .await
            .map_err(|source| OpenError::Database { path, source })?;
        Ok(Self(connection))
    }

    /// Checks every rule on one snapshot and returns what breaks one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn audit(&mut self) -> Result<Vec<Finding>, StoreError> {
        let mut snapshot = self.0.begin().await?;
        let mut findings = Vec::new();
        for rule in RULES {
            findings.extend(
                sqlx::query_as::<_, Finding>(rule)
                    .fetch_all(&mut *snapshot)
                    .await?,
            );
        }
        Ok(findings)
    }

    /// A book's movements in their order, as they are read.
    pub fn ledger<'a>(&'a mut self, book: &'a Slug) -> BoxStream<'a, Result<Movement, StoreError>> {
        let rows = sqlx::query_as::<_, MovementRow>(
            "select slug, version, kind, on_hand, held, allocated, hold_id, order_id, reason, at
             from movement join book on book.id = book_id
             where slug = ? order by version",
        )
        .bind(book.as_str())
        .fetch(&mut self.0);
        Box::pin(futures_util::StreamExt::map(rows, |row| {
            Movement::try_from(row?)
        }))
    }

    /// Makes a consistent copy in a new file, which must not exist yet.
    ///
    /// # Errors
    /// When the file exists or cannot be written, or the shop cannot be read.
    pub async fn backup(&mut self, file: &Path) -> Result<(), StoreError> {
        sqlx::query("vacuum into ?")
            .bind(file.to_string_lossy().into_owned())
            .execute(&mut self.0)
            .await?;
        let synced = File::open(file).and_then(|copy| copy.sync_all());
        synced.map_err(|error| StoreError::from(sqlx::Error::Io(error)))
    }
}
