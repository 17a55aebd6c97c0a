//! Looking into a shop's file from outside, beside a running shop or without one:
//! the audit, the ledger, a backup. Nothing here writes to it.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use futures_core::stream::BoxStream;
use shop::{Movement, Slug};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{
    check::{Depth, check, database},
    open,
};
use crate::{BackupError, Finding, OpenError, StoreError, reads};

/// A shop's file, opened for reading only.
#[derive(Debug)]
pub struct Inspection(SqliteConnection);

impl Inspection {
    /// Opens the shop in a directory, beside whoever else has it open.
    ///
    /// # Errors
    /// [`OpenError`] when there is none, or it is not ours or of a newer version.
    pub async fn open(directory: &Path) -> Result<Self, OpenError> {
        let path = directory.join(open::FILE_NAME);
        if let Err(source) = File::open(&path) {
            return Err(OpenError::Directory { path, source });
        }
        check(&path, Depth::Mark).await?;
        let options = SqliteConnectOptions::new().filename(&path).read_only(true);
        let connection = options
            .connect()
            .await
            .map_err(|source| database(&path, source))?;
        Ok(Self(connection))
    }

    /// Checks every rule on one snapshot and returns what breaks one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn audit(&mut self) -> Result<Vec<Finding>, StoreError> {
        let mut snapshot = Connection::begin(&mut self.0).await?;
        reads::audit(&mut *snapshot).await
    }

    /// A book's movements in their order, as they are read.
    pub fn ledger<'a>(&'a mut self, book: &'a Slug) -> BoxStream<'a, Result<Movement, StoreError>> {
        reads::movements(&mut self.0, book)
    }

    /// Makes a consistent copy in a new file, which must not exist yet. When this
    /// returns it is on the disk, and its name too.
    ///
    /// # Errors
    /// [`BackupError`], with no file left behind.
    pub async fn backup(&mut self, file: &Path) -> Result<(), BackupError> {
        // An empty file is as good as none to SQLite, and now nobody else makes it.
        File::create_new(file).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists,
            _ => BackupError::Unwritable(source),
        })?;
        let copied = self.copy_into(file).await;
        if copied.is_err() {
            // What is there is no backup, and must not be taken for one.
            let _ = fs::remove_file(file);
        }
        copied
    }

    async fn copy_into(&mut self, file: &Path) -> Result<(), BackupError> {
        sqlx::query("vacuum into ?")
            .bind(file.to_string_lossy().into_owned())
            .execute(&mut self.0)
            .await
            .map_err(StoreError::from)?;
        let directory = file.parent().filter(|path| !path.as_os_str().is_empty());
        for path in [file, directory.unwrap_or(Path::new("."))] {
            let synced = File::open(path).and_then(|file| file.sync_all());
            synced.map_err(BackupError::Unwritable)?;
        }
        Ok(())
    }
}
