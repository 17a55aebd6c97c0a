//! Read-only access to a shop's file, running or not: the audit, the ledger, backups.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use futures_core::stream::BoxStream;
use shop::{Movement, Slug};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use super::{
    check::{Depth, check, open_error, shop_file},
    open,
};
use crate::{BackupError, Finding, OpenError, StoreError, reads};

/// A shop's file, opened for reading only.
#[derive(Debug)]
pub struct Inspection(SqliteConnection);

impl Inspection {
    /// Opens the shop in a directory, which other processes may have open.
    ///
    /// # Errors
    /// [`OpenError`] if there is no shop there, or the file belongs to another program or a
    /// newer version.
    pub async fn open(directory: &Path) -> Result<Self, OpenError> {
        let path = shop_file(directory)?;
        check(&path, Depth::Identity).await?;
        let options = SqliteConnectOptions::new().filename(&path).read_only(true);
        let connection = options
            .connect()
            .await
            .map_err(|source| open_error(&path, source))?;
        Ok(Self(connection))
    }

    /// Checks every invariant on one snapshot and returns the violations.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn audit(&mut self) -> Result<Vec<Finding>, StoreError> {
        let mut snapshot = Connection::begin(&mut self.0).await?;
        reads::audit(&mut *snapshot).await
    }

    /// Streams a book's movements in order.
    pub fn ledger<'a>(&'a mut self, book: &'a Slug) -> BoxStream<'a, Result<Movement, StoreError>> {
        reads::movements(&mut self.0, book)
    }

    /// Makes a consistent copy in a new file, which must not exist. The file and its name are on
    /// the disk when this returns.
    ///
    /// # Errors
    /// [`BackupError`], with no file left behind.
    pub async fn backup(&mut self, file: &Path) -> Result<(), BackupError> {
        // The file is created empty, so that no other process can create it. SQLite treats an empty
        // file like a missing one.
        File::create_new(file).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists,
            _ => BackupError::Unwritable(source),
        })?;
        let copied = self.copy_into(file).await;
        if copied.is_err() {
            // An incomplete backup must not be mistaken for a complete one.
            let _ = fs::remove_file(file);
        }
        copied
    }

    /// Removes the epoch from a backup, so that a new one begins even if the backup is put in the
    /// shop's place by hand.
    async fn forget_epoch(file: &Path) -> Result<(), BackupError> {
        let file = SqliteConnectOptions::new().filename(file);
        let file = file.journal_mode(SqliteJournalMode::Delete);
        let mut backup = file.connect().await.map_err(StoreError::from)?;
        let forgotten = open::forget_epoch(&mut backup).await;
        let closed = backup.close().await;
        Ok(forgotten.and(closed).map_err(StoreError::from)?)
    }

    async fn copy_into(&mut self, file: &Path) -> Result<(), BackupError> {
        sqlx::query("vacuum into ?")
            .bind(file.to_string_lossy().into_owned())
            .execute(&mut self.0)
            .await
            .map_err(StoreError::from)?;
        Self::forget_epoch(file).await?;
        let directory = file.parent().filter(|path| !path.as_os_str().is_empty());
        for path in [file, directory.unwrap_or(Path::new("."))] {
            let synced = File::open(path).and_then(|file| file.sync_all());
            synced.map_err(BackupError::Unwritable)?;
        }
        Ok(())
    }
}
