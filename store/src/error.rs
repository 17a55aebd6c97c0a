//! The errors of the store, grouped by what to do about them.

use std::{path::PathBuf, sync::Arc};

use shop::Refusal;

/// SQLite's result code for a full disk. <https://sqlite.org/rescode.html#full>
const SQLITE_FULL: &str = "13";

/// SQLite's codes for a corrupt page, a constraint or trigger, and a type mismatch.
/// <https://sqlite.org/rescode.html>
const SQLITE_ROW_ERRORS: [u32; 3] = [11, 19, 20];
/// PostgreSQL's classes for invalid data, a constraint, and an exception raised by a trigger.
/// <https://www.postgresql.org/docs/15/errcodes-appendix.html>
const ROW_SQLSTATE_CLASSES: [&str; 3] = ["22", "23", "P0"];

/// Why a request to the store failed. Nothing has changed, unless the variant says that this is
/// unknown.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The shop's rules refuse the request.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store's queue is full: try again.
    #[error("too many requests are waiting for the store")]
    Busy,
    /// The disk is full. Nothing has changed: the mark that makes a commit valid is written last.
    #[error("the disk is full")]
    DiskFull,
    /// Reading or writing failed. After a failed commit it is unknown whether the change was kept.
    /// Try again, and log the cause.
    #[error("the store failed")]
    Failed(#[source] Arc<sqlx::Error>),
    /// The data contradicts itself.
    #[error("the data is inconsistent: {0}")]
    Inconsistent(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code());
        if code.is_some_and(|code| code == SQLITE_FULL) {
            Self::DiskFull
        } else {
            Self::Failed(Arc::new(error))
        }
    }
}

impl StoreError {
    /// Whether the rows are the cause, not the disk or the connection. The transaction was then
    /// rolled back, and commands that touch other rows may still succeed.
    pub(crate) fn is_caused_by_rows(&self) -> bool {
        match self {
            Self::Inconsistent(_) => true,
            Self::Failed(error) => match &**error {
                sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => true,
                sqlx::Error::Database(error) => {
                    error.code().is_some_and(|code| is_row_error(&code))
                }
                _ => false,
            },
            Self::Refused(_) | Self::Busy | Self::DiskFull => false,
        }
    }

    /// Converts this to a database error, where no other kind can be reported.
    pub(crate) fn into_database_error(self) -> sqlx::Error {
        match self {
            Self::Failed(error) => Arc::try_unwrap(error)
                .unwrap_or_else(|error| sqlx::Error::Protocol(error.to_string())),
            other => sqlx::Error::Protocol(other.to_string()),
        }
    }

    /// The same error for another command of the failed batch.
    pub(crate) fn duplicate(&self) -> Self {
        match self {
            Self::Refused(refusal) => Self::Refused(refusal.clone()),
            Self::Busy => Self::Busy,
            Self::DiskFull => Self::DiskFull,
            Self::Failed(error) => Self::Failed(Arc::clone(error)),
            Self::Inconsistent(what) => Self::Inconsistent(what.clone()),
        }
    }
}

/// Whether a database's error code is about rows. SQLite's codes have at most four digits, and the
/// low byte is the kind. PostgreSQL's have five characters, and the first two are the class.
fn is_row_error(code: &str) -> bool {
    if code.len() == 5 {
        return ROW_SQLSTATE_CLASSES.contains(&&code[..2]);
    }
    let kind = code.parse::<u32>().map(|code| code & 0xff);
    kind.is_ok_and(|kind| SQLITE_ROW_ERRORS.contains(&kind))
}

/// Why a backup failed. No file is left behind.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file already exists.
    #[error("the file already exists, and was left unchanged")]
    Exists,
    /// The file cannot be created or written.
    #[error("the file cannot be written")]
    Unwritable(#[source] std::io::Error),
    /// The shop's data cannot be copied.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a shop could not be opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory cannot be created or written.
    #[error("the data directory {} cannot be used", .path.display())]
    Directory {
        /// The directory's path.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// There is no shop in the directory.
    #[error("there is no shop in {}: start one there first, or name another directory", .0.display())]
    NoShop(PathBuf),
    /// Another process has the shop open.
    #[error("the shop in {} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// The file is an SQLite database of another program.
    #[error("{} is not a database of Burt's Books", .0.display())]
    NotOurs(PathBuf),
    /// The file was written by a newer version of this program.
    #[error("{} was written by a newer version of Burt's Books", .0.display())]
    Newer(PathBuf),
    /// The file cannot be read as a database.
    #[error("the database {} cannot be opened", .path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// SQLite's error.
        source: sqlx::Error,
    },
    /// The file is damaged, or not a database.
    #[error("the database {} is damaged: {verdict}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The result of SQLite's check.
        verdict: String,
    },
    /// The file contains no tables: its data is gone.
    #[error("the database {} contains no shop: restore a backup, or remove the file if no shop was in it", .0.display())]
    Emptied(PathBuf),
    /// There is no database file, but another file shows that there was one.
    #[error("the database {} is missing, but {} is there: restore a backup, or use another directory for a new shop", .file.display(), .trace.display())]
    Missing {
        /// The file.
        file: PathBuf,
        /// The file that shows that there was one.
        trace: PathBuf,
    },
    /// A backup has a log beside it that is part of its data.
    #[error("{} is not complete without its log {}", .file.display(), .log.display())]
    NotWhole {
        /// The backup.
        file: PathBuf,
        /// Its log.
        log: PathBuf,
    },
    /// Another process is reading the file that is to be replaced.
    #[error("another program is reading the shop in {}: try again when it has finished", .0.display())]
    BeingRead(PathBuf),
    /// A migration failed.
    #[error("the database {} cannot be migrated", .path.display())]
    Migration {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: sqlx::migrate::MigrateError,
    },
}
