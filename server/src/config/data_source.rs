//! Where a shop's data is (a SQLite directory or PostgreSQL), and how it is opened.

use std::{
    fmt,
    path::{self, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail};
use clap::Args;
use futures::stream::BoxStream;
use shop::{Movement, Slug};
use store::{
    Finding, NewBook, Options, Store, StoreError,
    postgres::{self, ConnectError, DatabaseUrl, PostgresStore},
    sqlite::{self, SqliteStore},
};
use tokio::time::{Instant, sleep};

/// How long to wait for a database that is still starting.
const CONNECT_WITHIN: Duration = Duration::from_secs(60);
/// The pause between two attempts.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The flags that say where a shop's data is.
#[derive(Debug, Clone, Args)]
pub struct DataArgs {
    /// The directory that holds the shop's data.
    #[arg(
        long,
        help_heading = "Data",
        env = "BURTS_DATA_DIR",
        default_value = "./data"
    )]
    pub data_dir: PathBuf,

    /// A PostgreSQL database for several instances, instead of the data directory:
    /// `postgres://user:password@host:5432/database`.
    #[arg(
        long,
        help_heading = "Data",
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL",
        // The error must not repeat the URL, which may contain a password.
        value_parser = SecretUrl::parse
    )]
    pub database_url: Option<SecretUrl>,
}

/// The text of a URL that may contain a password.
#[derive(Clone)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// Accepts any text.
    #[expect(clippy::unnecessary_wraps, reason = "clap requires a `Result`")]
    pub(crate) fn parse(text: &str) -> Result<Self, std::convert::Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl SecretUrl {
    /// Wraps a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text. It must not be shown.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretUrl(…)")
    }
}

/// Where a shop's data is.
#[derive(Debug, Clone)]
pub enum DataSource {
    /// A directory on this machine, for one process.
    Directory(PathBuf),
    /// A PostgreSQL database, for several processes.
    Postgres(DatabaseUrl),
}

/// The absolute path of the SQLite file, or the URL of the database without its password.
impl fmt::Display for DataSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(directory) => {
                let file = directory.join(sqlite::FILE_NAME);
                let absolute = path::absolute(&file).unwrap_or(file);
                write!(f, "{}", absolute.display())
            }
            Self::Postgres(url) => write!(f, "{url}"),
        }
    }
}

impl DataArgs {
    /// The data source that the flags name.
    ///
    /// # Errors
    /// If the URL is invalid. The error does not repeat it.
    pub fn data(&self) -> anyhow::Result<DataSource> {
        match &self.database_url {
            Some(SecretUrl(text)) if !text.is_empty() => {
                DataSource::parse(text).context("--database-url (DATABASE_URL)")
            }
            _ => Ok(DataSource::Directory(self.data_dir.clone())),
        }
    }
}

impl DataSource {
    /// Parses `postgres://…`, or `sqlite:` and a directory.
    ///
    /// # Errors
    /// If it is neither. The error does not repeat it.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        match text.strip_prefix("sqlite:") {
            Some("") => bail!("no directory after sqlite:"),
            Some(directory) => Ok(Self::Directory(directory.into())),
            None => Ok(Self::Postgres(text.parse()?)),
        }
    }

    /// Opens the shop to serve it, waiting for a PostgreSQL that is still starting.
    ///
    /// # Errors
    /// A message that names the setting.
    pub async fn open(
        &self,
        opening: &[NewBook],
        options: Options,
    ) -> anyhow::Result<Arc<dyn Store>> {
        match self {
            Self::Directory(directory) => {
                let opened = SqliteStore::open(directory, opening, options).await;
                Ok(Arc::new(opened.with_context(|| self.cannot("open"))?))
            }
            Self::Postgres(url) => {
                let opened = with_retries(|| PostgresStore::open(url, opening, options)).await;
                Ok(Arc::new(opened.with_context(|| self.cannot("open"))?))
            }
        }
    }

    /// Updates the data to this version, or creates a new shop without books.
    ///
    /// # Errors
    /// A message that names the setting.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        match self {
            Self::Directory(directory) => {
                let opened = SqliteStore::open(directory, &[], Options::default()).await;
                opened.with_context(|| self.cannot("open"))?.close().await;
                Ok(())
            }
            Self::Postgres(url) => with_retries(|| postgres::migrate(url, &[]))
                .await
                .with_context(|| self.cannot("open")),
        }
    }

    /// Opens the shop read-only, even if another process has it open.
    ///
    /// # Errors
    /// A message that names the setting.
    pub async fn inspect(&self) -> anyhow::Result<Inspection> {
        match self {
            Self::Directory(directory) => sqlite::Inspection::open(directory)
                .await
                .map(Inspection::Sqlite)
                .with_context(|| self.cannot("read")),
            Self::Postgres(url) => postgres::Inspection::open(url)
                .await
                .map(Inspection::Postgres)
                .with_context(|| self.cannot("read")),
        }
    }

    /// The directory, for commands that work on SQLite only.
    ///
    /// # Errors
    /// For PostgreSQL: a message that says where its own tools are described.
    pub fn directory(&self) -> anyhow::Result<&PathBuf> {
        match self {
            Self::Directory(directory) => Ok(directory),
            Self::Postgres(_) => {
                bail!("use PostgreSQL's own tools for this, as docs/operations.md describes")
            }
        }
    }

    fn cannot(&self, what: &str) -> String {
        match self {
            Self::Directory(directory) => {
                format!(
                    "cannot {what} the shop (--data-dir {})",
                    directory.display()
                )
            }
            Self::Postgres(_) => format!("cannot {what} the shop (--database-url)"),
        }
    }
}

/// Repeats an attempt until it succeeds, fails for good, or takes too long.
async fn with_retries<T, F: Future<Output = Result<T, ConnectError>>>(
    open: impl Fn() -> F,
) -> Result<T, ConnectError> {
    let began = Instant::now();
    loop {
        match open().await {
            Err(error) if error.may_pass() && began.elapsed() < CONNECT_WITHIN => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the database is not ready yet: trying again"
                );
                sleep(RETRY_AFTER).await;
            }
            outcome => return outcome,
        }
    }
}

/// A read-only view of a shop, for either kind of store.
#[derive(Debug)]
pub enum Inspection {
    /// A view of a SQLite file.
    Sqlite(sqlite::Inspection),
    /// A view of a PostgreSQL database.
    Postgres(postgres::Inspection),
}

impl Inspection {
    /// Checks every rule on one snapshot, and returns the violations.
    ///
    /// # Errors
    /// When the data cannot be read.
    pub async fn audit(&mut self) -> Result<Vec<Finding>, StoreError> {
        match self {
            Self::Sqlite(inspection) => inspection.audit().await,
            Self::Postgres(inspection) => inspection.audit().await,
        }
    }

    /// A book's movements in order, as a stream.
    pub fn ledger<'a>(&'a mut self, book: &'a Slug) -> BoxStream<'a, Result<Movement, StoreError>> {
        match self {
            Self::Sqlite(inspection) => inspection.ledger(book),
            Self::Postgres(inspection) => inspection.ledger(book),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_source_is_a_directory_or_postgresql() {
        assert!(matches!(
            DataSource::parse("sqlite:./x"),
            Ok(DataSource::Directory(_))
        ));
        assert!(matches!(
            DataSource::parse("postgres://u:p@h/d"),
            Ok(DataSource::Postgres(_))
        ));
        for neither in ["sqlite:", "mysql://u:s3cret@h/d", "s3cret"] {
            let error = DataSource::parse(neither).unwrap_err();
            assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
        }
    }

    #[test]
    fn a_data_source_is_shown_as_a_file_or_without_its_password() {
        let shown = |text: &str| DataSource::parse(text).unwrap().to_string();
        let here = std::env::current_dir().unwrap();
        let file = here.join("x/shop.sqlite").display().to_string();
        assert_eq!(shown("sqlite:./x"), file);
        assert_eq!(shown("sqlite:/x"), "/x/shop.sqlite");
        let database = shown("postgres://burt:s3cret@db.example:5433/shop");
        assert_eq!(database, "postgres://burt@db.example:5433/shop");
    }
}
