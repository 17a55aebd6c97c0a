//! What can go wrong with the shop's data, told apart by what to do about it.

use std::{path::PathBuf, sync::Arc};

use shop::Refusal;

/// SQLite's result code for a disk without room. <https://sqlite.org/rescode.html#full>
const SQLITE_FULL: &str = "13";

/// A page that cannot be read, a constraint or a trigger, a value of another type.
/// <https://sqlite.org/rescode.html>
const SQLITE_OF_ROWS: [u32; 3] = [11, 19, 20];
/// A value that does not fit, a constraint, an exception that a trigger has raised.
/// <https://www.postgresql.org/docs/15/errcodes-appendix.html>
const SQLSTATES_OF_ROWS: [&str; 3] = ["22", "23", "P0"];

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
    /// Whether the rows that were read or written are at fault, and neither the disk nor
    /// the connection. Then the transaction was given up before its commit, nothing of
    /// it was kept, and commands that touch other rows may yet be carried out.
    pub(crate) fn lies_with_rows(&self) -> bool {
        match self {
            Self::Inconsistent(_) => true,
            Self::Failed(error) => match &**error {
                sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => true,
                sqlx::Error::Database(error) => error.code().is_some_and(|code| names_rows(&code)),
                _ => false,
            },
            Self::Refused(_) | Self::Busy | Self::DiskFull => false,
        }
    }

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

/// Whether a database's code for an error is about rows. SQLite's codes have four
/// digits at most, and the lower byte is the kind; PostgreSQL's have five characters,
/// and the first two are the class.
fn names_rows(code: &str) -> bool {
    if code.len() == 5 {
        return SQLSTATES_OF_ROWS.contains(&&code[..2]);
    }
    let kind = code.parse::<u32>().map(|code| code & 0xff);
    kind.is_ok_and(|kind| SQLITE_OF_ROWS.contains(&kind))
}

/// Why there is no backup. No file is left behind.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is a file of that name.
    #[error("it exists already, and is left as it is")]
    Exists,
    /// The file cannot be made or written to.
    #[error("it cannot be written")]
    Unwritable(#[source] std::io::Error),
    /// The shop cannot be copied.
    #[error(transparent)]
    Store(#[from] StoreError),
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
    /// The file's content is damaged, or no database at all.
    #[error("the database {} is damaged: {verdict}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite's check said.
        verdict: String,
    },
    /// A copy of a database lies beside a log that belongs to it.
    #[error("{} is not whole: what is in {} belongs to it", .file.display(), .log.display())]
    NotWhole {
        /// The copy.
        file: PathBuf,
        /// Its log.
        log: PathBuf,
    },
    /// Another process is reading the file that was to be replaced.
    #[error("somebody is reading the shop in {}: try again when they have finished", .0.display())]
    BeingRead(PathBuf),
    /// The file's tables could not be brought up to this version.
    #[error("the database {} cannot be brought up to date", .path.display())]
    Migration {
        /// The file.
        path: PathBuf,
        /// What failed.
        source: sqlx::migrate::MigrateError,
    },
}
