//! Why a shop in PostgreSQL cannot be opened, grouped by what to do about it.

use super::DatabaseUrl;

/// The oldest supported PostgreSQL.
pub(super) const OLDEST: i32 = 14;

/// Why a shop in PostgreSQL could not be opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// PostgreSQL cannot be reached, or is starting.
    #[error("no PostgreSQL answers at {url}")]
    Away {
        /// The address.
        url: DatabaseUrl,
        /// The system's error.
        source: sqlx::Error,
    },
    /// Wrong user, password or database.
    #[error("PostgreSQL at {url} refuses the user, the password or the database")]
    NotLetIn {
        /// The address.
        url: DatabaseUrl,
        /// PostgreSQL's error.
        source: sqlx::Error,
    },
    /// The PostgreSQL server is too old.
    #[error("PostgreSQL at {url} is of version {found}; {OLDEST} or newer is needed")]
    TooOld {
        /// The address.
        url: DatabaseUrl,
        /// The server's major version.
        found: i32,
    },
    /// The server is a read-only replica.
    #[error("PostgreSQL at {0} is a read-only replica: the shop needs the primary")]
    ReadOnly(DatabaseUrl),
    /// The schema has tables of another program.
    #[error(
        "the schema \"{schema}\" at {url} has tables of another program; create a database for the shop alone"
    )]
    NotOurs {
        /// The address.
        url: DatabaseUrl,
        /// The schema that the role's search path leads to.
        schema: String,
    },
    /// The schema was written by a newer version of this program.
    #[error("the shop at {0} was migrated by a newer version of Burt's Books")]
    Newer(DatabaseUrl),
    /// The role lacks privileges.
    #[error("the role lacks privileges at {url}: it must own the shop's schema")]
    NoRights {
        /// The address.
        url: DatabaseUrl,
        /// PostgreSQL's error.
        source: sqlx::Error,
    },
    /// A migration failed.
    #[error("the shop at {url} cannot be migrated")]
    Migration {
        /// The address.
        url: DatabaseUrl,
        /// The cause.
        source: sqlx::migrate::MigrateError,
    },
    /// There is no shop of this version, and none was to be created.
    #[error("there is no shop of this version at {0}: `burts-books migrate` creates one")]
    NoShop(DatabaseUrl),
    /// Another error.
    #[error("the shop at {url} cannot be opened")]
    Failed {
        /// The address.
        url: DatabaseUrl,
        /// PostgreSQL's error.
        source: sqlx::Error,
    },
}

impl ConnectError {
    /// Classifies an error by its SQLSTATE or kind.
    /// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
    pub(super) fn of(url: &DatabaseUrl, source: sqlx::Error) -> Self {
        let url = url.clone();
        let code = match &source {
            sqlx::Error::Database(error) => error.code().map(|code| code.into_owned()),
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => return Self::Away { url, source },
            _ => None,
        };
        match code.as_deref().unwrap_or_default() {
            // Starting, stopping, or out of connections.
            "57P01" | "57P02" | "57P03" | "53300" => Self::Away { url, source },
            "28000" | "28P01" | "3D000" => Self::NotLetIn { url, source },
            "42501" => Self::NoRights { url, source },
            "25006" => Self::ReadOnly(url),
            _ => Self::Failed { url, source },
        }
    }

    /// Whether trying again later may succeed.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Away { .. })
    }
}
