//! What can go wrong with the shop's data, told apart by what to do about it.

use std::{path::PathBuf, sync::Arc};

use shop::Refusal;

/// SQLite's result code for a disk without room. <https://sqlite.org/rescode.html#full>
const SQLITE_FULL: &str = "13";

/// Why a request to the store was not fulfilled. Nothing has changed, unless it
/// says that this is not known.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// More requests are waiting than the store will queue: try again.
    #[error("too many requests are waiting for the store")]
    Busy,
    /// There is no room for what was to be written down. Nothing has changed: the
    /// mark that makes a commit valid is written last.
    #[error("the disk is full")]
    DiskFull,
    /// The data could not be read or written; after a failed commit it is not
    /// even known whether the change was kept. Try again, and log the cause.
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
    /// The same for everyone whose command was in a batch that failed.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Refused(refusal) => Self::Refused(refusal.clone()),
            Self::Busy => Self::Busy,
            Self::DiskFull => Self::DiskFull,
            Self::Failed(error) => Self::Failed(Arc::clone(error)),
            Self::Inconsistent(what) => Self::Inconsistent(what.clone()),
        }
    }
}

/// Why a shop's data could not be opened. Nothing was touched.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory cannot be made or written to.
    #[error("the data directory {} cannot be used", .path.display())]
    Directory {
        /// As it was configured.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process has the shop open.
    #[error("the shop in {} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// The file is an SQLite database of some other program.
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
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// The file's content is damaged.
    #[error("the database {} is damaged: {verdict}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite's check said.
        verdict: String,
    },
    /// The file's tables could not be brought up to this version.
    #[error("the database {} cannot be brought up to date", .path.display())]
    Migration {
        /// The file.
        path: PathBuf,
        /// What failed.
        source: sqlx::migrate::MigrateError,
    },
}
