//! Why a shop in PostgreSQL cannot be opened, told apart by what to do about it.

use super::DatabaseUrl;

/// The oldest PostgreSQL that this is made for.
pub(super) const OLDEST: i32 = 14;

/// Why a shop in PostgreSQL could not be opened. Nothing was touched.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nobody answers there, or not yet.
    #[error("no PostgreSQL answers at {url}")]
    Away {
        /// Where.
        url: DatabaseUrl,
        /// What the system said.
        source: sqlx::Error,
    },
    /// Wrong user, password or database.
    #[error("PostgreSQL at {url} does not let us in")]
    NotLetIn {
        /// Where.
        url: DatabaseUrl,
        /// What PostgreSQL said.
        source: sqlx::Error,
    },
    /// This version is too old.
    #[error("PostgreSQL at {url} is of version {found}; {OLDEST} or newer is needed")]
    TooOld {
        /// Where.
        url: DatabaseUrl,
        /// Its major version.
        found: i32,
    },
    /// A replica cannot be written to.
    #[error("PostgreSQL at {0} is a read-only replica: the shop needs the primary")]
    ReadOnly(DatabaseUrl),
    /// The schema has the tables of some other program.
    #[error(
        "the schema \"{schema}\" at {url} has tables of another program; make a database of its own for the shop"
    )]
    NotOurs {
        /// Where.
        url: DatabaseUrl,
        /// The schema that the role's search path leads to.
        schema: String,
    },
    /// The schema was written by a newer version of this program.
    #[error("the shop at {0} was brought up to date by a newer version of Burt's Books")]
    Newer(DatabaseUrl),
    /// The role may not do what is needed.
    #[error("the role has not the rights that the shop needs at {url}: it must own its schema")]
    NoRights {
        /// Where.
        url: DatabaseUrl,
        /// What PostgreSQL said.
        source: sqlx::Error,
    },
    /// The tables could not be brought up to this version.
    #[error("the shop at {url} cannot be brought up to date")]
    Migration {
        /// Where.
        url: DatabaseUrl,
        /// What failed.
        source: sqlx::migrate::MigrateError,
    },
    /// There is no shop, or an old one, and it was not to be made.
    #[error("there is no shop of this version at {0}: `burts-books migrate` makes one")]
    NoShop(DatabaseUrl),
    /// Something else went wrong on the way.
    #[error("the shop at {url} cannot be opened")]
    Failed {
        /// Where.
        url: DatabaseUrl,
        /// What PostgreSQL said.
        source: sqlx::Error,
    },
}

impl ConnectError {
    /// Tells a failure apart by what PostgreSQL or the system says.
    /// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
    pub(super) fn of(url: &DatabaseUrl, source: sqlx::Error) -> Self {
        let url = url.clone();
        let code = match &source {
            sqlx::Error::Database(error) => error.code().map(|code| code.into_owned()),
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => return Self::Away { url, source },
            _ => None,
        };
        match code.as_deref().unwrap_or_default() {
            // Starting, stopping, or as many connections as it takes.
            "57P01" | "57P02" | "57P03" | "53300" => Self::Away { url, source },
            "28000" | "28P01" | "3D000" => Self::NotLetIn { url, source },
            "42501" => Self::NoRights { url, source },
            "25006" => Self::ReadOnly(url),
            _ => Self::Failed { url, source },
        }
    }

    /// Whether it may be otherwise in a while.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Away { .. })
    }
}
