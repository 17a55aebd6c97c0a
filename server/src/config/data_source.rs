//! Where a shop's data is, and how it is opened: SQLite in a directory, or PostgreSQL.

use std::{path::PathBuf, sync::Arc, time::Duration};

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

/// A database that starts beside the shop is waited for this long.
const PATIENCE: Duration = Duration::from_secs(60);
/// And asked again after this.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// Where a shop's data is, as it was said.
#[derive(Debug, Clone, Args)]
pub struct DataArgs {
    /// The directory that holds the shop's data.
    #[arg(long, env = "BURTS_DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,

    /// A PostgreSQL database for several instances, instead of the data directory:
    /// `postgres://user:password@host:5432/database`.
    #[arg(
        long,
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL",
        // Whatever is wrong with it is said without repeating it.
        value_parser = SecretUrl::parse
    )]
    pub database_url: Option<SecretUrl>,
}

/// The text of a URL that may have a password in it.
#[derive(Clone)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// Takes any text.
    #[expect(clippy::unnecessary_wraps, reason = "what clap asks for")]
    pub(crate) fn parse(text: &str) -> Result<Self, std::convert::Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl SecretUrl {
    /// Any text, from whoever has it already.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text, which is not to be shown.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretUrl(…)")
    }
}

/// Where a shop's data is.
#[derive(Debug, Clone)]
pub enum DataSource {
    /// In a directory of this machine, for one process.
    Directory(PathBuf),
    /// In a PostgreSQL, for many.
    Postgres(DatabaseUrl),
}

impl DataArgs {
    /// Which of the two it is.
    ///
    /// # Errors
    /// When the URL is none; it is not repeated.
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
    /// Reads `postgres://…`, or `sqlite:` and a directory.
    ///
    /// # Errors
    /// When it is neither; it is not repeated.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        match text.strip_prefix("sqlite:") {
            Some("") => bail!("no directory after sqlite:"),
            Some(directory) => Ok(Self::Directory(directory.into())),
            None => Ok(Self::Postgres(text.parse()?)),
        }
    }

    /// Opens the shop, for serving. A PostgreSQL that is not there yet is waited for.
    ///
    /// # Errors
    /// A sentence that names the setting.
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
                let opened = patiently(|| PostgresStore::open(url, opening, options)).await;
                Ok(Arc::new(opened.with_context(|| self.cannot("open"))?))
            }
        }
    }

    /// Brings the data up to this version, or makes a new shop without books.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        match self {
            Self::Directory(directory) => {
                let opened = SqliteStore::open(directory, &[], Options::default()).await;
                opened.with_context(|| self.cannot("open"))?.close().await;
                Ok(())
            }
            Self::Postgres(url) => patiently(|| postgres::migrate(url, &[]))
                .await
                .with_context(|| self.cannot("open")),
        }
    }

    /// Opens the shop for looking into it, beside whoever else has it open.
    ///
    /// # Errors
    /// A sentence that names the setting.
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

    /// The directory, for what only an embedded shop can do.
    ///
    /// # Errors
    /// Where to read how it is done with PostgreSQL.
    pub fn directory(&self) -> anyhow::Result<&PathBuf> {
        match self {
            Self::Directory(directory) => Ok(directory),
            Self::Postgres(_) => {
                bail!("PostgreSQL has tools of its own for this: docs/operations.md tells how")
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

/// Tries until it works, or it is no use, or it has been long enough.
async fn patiently<T, F: Future<Output = Result<T, ConnectError>>>(
    open: impl Fn() -> F,
) -> Result<T, ConnectError> {
    let began = Instant::now();
    loop {
        match open().await {
            Err(error) if error.may_pass() && began.elapsed() < PATIENCE => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "not open yet: trying again"
                );
                sleep(TRY_AGAIN).await;
            }
            outcome => return outcome,
        }
    }
}

/// A look into a shop, wherever it is.
#[derive(Debug)]
pub enum Inspection {
    /// Into a file.
    Sqlite(sqlite::Inspection),
    /// Into a database.
    Postgres(postgres::Inspection),
}

impl Inspection {
    /// Checks every rule on one snapshot and returns what breaks one.
    ///
    /// # Errors
    /// When the data cannot be read.
    pub async fn audit(&mut self) -> Result<Vec<Finding>, StoreError> {
        match self {
            Self::Sqlite(inspection) => inspection.audit().await,
            Self::Postgres(inspection) => inspection.audit().await,
        }
    }

    /// A book's movements in their order, as they are read.
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
    fn a_place_is_a_directory_or_a_postgresql() {
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
}
