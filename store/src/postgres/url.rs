//! The address of a PostgreSQL database. Its password is never shown.

use std::{fmt, str::FromStr, sync::Arc};

use sqlx::postgres::PgConnectOptions;

/// `postgres://user:password@host:5432/database`.
#[derive(Clone)]
pub struct DatabaseUrl(Arc<PgConnectOptions>);

/// Why a text is not a [`DatabaseUrl`]. The message leaves out the text, which may contain a
/// password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the address of a PostgreSQL, as in postgres://user:password@host:5432/database")]
pub struct InvalidDatabaseUrl;

impl DatabaseUrl {
    /// The options of the writer's connection. Scans are off: every row can be found by an index,
    /// but a plan made while a table was empty would scan the whole table for ever.
    pub(super) fn options_to_write(&self) -> PgConnectOptions {
        self.options()
            .options([("enable_seqscan", "off"), ("lock_timeout", "1s")])
    }

    /// The options common to all connections.
    pub(super) fn options(&self) -> PgConnectOptions {
        PgConnectOptions::clone(&self.0)
            .application_name("burts-books")
            .options([
                // A suspended or disconnected instance must not keep a hot title's row locked.
                ("idle_in_transaction_session_timeout", "10s"),
                ("lock_timeout", "2s"),
                ("statement_timeout", "10s"),
                ("tcp_keepalives_idle", "10"),
                ("tcp_keepalives_interval", "5"),
                ("tcp_keepalives_count", "3"),
                ("default_transaction_isolation", "read committed"),
            ])
    }
}

impl FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(InvalidDatabaseUrl);
        }
        let options = text.parse().map_err(|_| InvalidDatabaseUrl)?;
        Ok(Self(Arc::new(options)))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(options) = self;
        let (user, host) = (options.get_username(), options.get_host());
        let port = options.get_port();
        let database = options.get_database().unwrap_or(user);
        write!(f, "postgres://{user}@{host}:{port}/{database}")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let url: DatabaseUrl = "postgres://burt:s3cret@db.example:6432/shop"
            .parse()
            .unwrap();
        assert_eq!(url.to_string(), "postgres://burt@db.example:6432/shop");
        assert!(!format!("{url:?}").contains("s3cret"));
        let wrong = "postgres://burt:s3cret@db.example:port/shop".parse::<DatabaseUrl>();
        assert!(!wrong.unwrap_err().to_string().contains("s3cret"));
    }

    #[test]
    fn another_kind_of_url_is_refused() {
        for other in ["", "mysql://x", "burt@db/shop", "http://db.example"] {
            assert!(other.parse::<DatabaseUrl>().is_err(), "{other}");
        }
    }
}
