//! Opens or creates a shop in PostgreSQL, after checking the server and the schema.

use std::time::Duration;

use shop::{Epoch, InvalidEpoch};
use sqlx::{
    Connection, PgConnection, PgPool,
    migrate::MigrateError,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{ConnectError, DatabaseUrl, error::OLDEST, ledger};
use crate::{
    NewBook,
    legal::{self, LegalCache},
    settings::{self, SettingsCache},
};

pub(super) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations/postgres");

/// The most connections in one instance's pool.
const READERS: u32 = 8;
/// The time limit for getting a connection from the pool.
const READ_WITHIN: Duration = Duration::from_secs(3);
/// The time limit for connecting at start-up.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// Connects to a server that is recent enough and writable.
///
/// # Errors
/// [`ConnectError`], with nothing changed.
pub(super) async fn connect(url: &DatabaseUrl) -> Result<PgConnection, ConnectError> {
    let options = url.options();
    let connecting = PgConnection::connect_with(&options);
    let connection = match tokio::time::timeout(CONNECT_WITHIN, connecting).await {
        Ok(connected) => connected,
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    };
    let mut connection = connection.map_err(|source| ConnectError::of(url, source))?;
    check_server(&mut connection, url).await?;
    Ok(connection)
}

async fn check_server(
    connection: &mut PgConnection,
    url: &DatabaseUrl,
) -> Result<(), ConnectError> {
    let failed = |source| ConnectError::of(url, source);
    let (version, replica): (i32, bool) = sqlx::query_as(
        "select current_setting('server_version_num')::int / 10000,
                pg_is_in_recovery() or current_setting('transaction_read_only')::bool",
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(failed)?;
    check_version(url, version)?;
    if replica {
        return Err(ConnectError::ReadOnly(url.clone()));
    }
    Ok(())
}

/// Opens the writer's connection.
pub(super) async fn connect_to_write(to: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let mut connection = PgConnection::connect_with(to).await?;
    require_durable_commits(&mut connection).await?;
    Ok(connection)
}

/// Turns on `synchronous_commit`, without which the server could lose an acknowledged commit.
async fn require_durable_commits(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "select set_config('synchronous_commit', 'on', false)
         where current_setting('synchronous_commit') = 'off'",
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn check_version(url: &DatabaseUrl, found: i32) -> Result<(), ConnectError> {
    if found >= OLDEST {
        return Ok(());
    }
    let url = url.clone();
    Err(ConnectError::TooOld { url, found })
}

/// Creates or migrates the shop's tables, and stocks a new shop. Instances that start at the same
/// time wait for each other.
pub(super) async fn migrate(
    connection: &mut PgConnection,
    url: &DatabaseUrl,
    opening: &[NewBook],
) -> Result<(), ConnectError> {
    refuse_foreign_schema(connection, url).await?;
    // Waiting for another instance's migration must not time out.
    let failed = |source| ConnectError::of(url, source);
    sqlx::raw_sql(
        "set lock_timeout = 0; set statement_timeout = 0;
         set idle_in_transaction_session_timeout = 0",
    )
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    MIGRATIONS
        .run(&mut *connection)
        .await
        .map_err(|error| migration_error(url, error))?;
    ledger::reset_order_if_restored(connection)
        .await
        .map_err(failed)?;
    stock_if_new(connection, opening).await.map_err(failed)
}

fn migration_error(url: &DatabaseUrl, error: MigrateError) -> ConnectError {
    match error {
        MigrateError::VersionMissing(_) => ConnectError::Newer(url.clone()),
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => {
            ConnectError::of(url, source)
        }
        source => ConnectError::Migration {
            url: url.clone(),
            source,
        },
    }
}

/// Refuses a database without a shop of this version.
pub(super) async fn refuse_other_versions(
    connection: &mut PgConnection,
    url: &DatabaseUrl,
) -> Result<(), ConnectError> {
    refuse_foreign_schema(connection, url).await?;
    let failed = |source| ConnectError::of(url, source);
    let exists: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    if !exists {
        return Err(ConnectError::NoShop(url.clone()));
    }
    let newest: Option<i64> =
        sqlx::query_scalar("select max(version) from _sqlx_migrations where success")
            .fetch_one(connection)
            .await
            .map_err(failed)?;
    let ours = MIGRATIONS.iter().map(|migration| migration.version).max();
    match newest.cmp(&ours) {
        std::cmp::Ordering::Less => Err(ConnectError::NoShop(url.clone())),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(ConnectError::Newer(url.clone())),
    }
}

/// Refuses a schema with tables but without the shop's mark, before anything is written to it.
async fn refuse_foreign_schema(
    connection: &mut PgConnection,
    url: &DatabaseUrl,
) -> Result<(), ConnectError> {
    let failed = |source| ConnectError::of(url, source);
    // An interrupted first start leaves at most the empty table of migrations.
    let (schema, foreign): (Option<String>, bool) = sqlx::query_as(
        "select current_schema()::text, exists (
            select from pg_class where relnamespace = current_schema()::regnamespace
                and relkind in ('r', 'p', 'v', 'm', 'f') and relname <> '_sqlx_migrations')
         and to_regclass(format('%I.setting', current_schema())) is null",
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(failed)?;
    let schema = schema.unwrap_or_default();
    let ours = if foreign {
        false
    } else {
        // Another program may have a table called `setting`, too.
        match sqlx::query_scalar::<_, i64>(
            "select count(*) from setting where name = 'application' and value = 'burts-books'",
        )
        .fetch_one(connection)
        .await
        {
            Ok(marks) => marks == 1,
            Err(sqlx::Error::Database(error)) => match error.code().as_deref() {
                // There is no such table: the schema is empty.
                Some("42P01") => true,
                Some("42501") => {
                    return Err(ConnectError::of(url, sqlx::Error::Database(error)));
                }
                _ => false,
            },
            Err(source) => return Err(failed(source)),
        }
    };
    if ours {
        return Ok(());
    }
    let url = url.clone();
    Err(ConnectError::NotOurs { url, schema })
}

/// Adds the opening catalogue to a shop without books. Creates the cookie secret and the epoch, if
/// they are missing.
async fn stock_if_new(
    connection: &mut PgConnection,
    opening: &[NewBook],
) -> Result<(), sqlx::Error> {
    const STOCKED: &str = "select exists (select from book)
        and exists (select from setting where name = 'cookie_secret')
        and exists (select from setting where name = 'epoch')";
    // An instance that joins others does not lock the catalogue, which the others may be writing
    // to.
    let stocked: bool = sqlx::query_scalar(STOCKED)
        .fetch_one(&mut *connection)
        .await?;
    if stocked {
        return Ok(());
    }
    let (mut secret, mut epoch) = ([0; 64], [0; 6]);
    for random in [secret.as_mut_slice(), &mut epoch] {
        getrandom::fill(random).map_err(|error| sqlx::Error::Io(error.into()))?;
    }
    let mut transaction = connection.begin().await?;
    // Other instances that start now wait here, and then find the books.
    sqlx::query("lock table book in share row exclusive mode")
        .execute(&mut *transaction)
        .await?;
    sqlx::query(
        "insert into setting (name, value) values ('cookie_secret', $1), ('epoch', $2)
         on conflict (name) do nothing",
    )
    .bind(secret.as_slice())
    .bind(epoch.as_slice())
    .execute(&mut *transaction)
    .await?;
    let stocked: bool = sqlx::query_scalar("select exists (select from book)")
        .fetch_one(&mut *transaction)
        .await?;
    if !stocked {
        for new in opening {
            insert(&mut transaction, new).await?;
        }
    }
    transaction.commit().await
}

async fn insert(connection: &mut PgConnection, new: &NewBook) -> Result<(), sqlx::Error> {
    sqlx::query(
        "with b as (
            insert into book (slug, title, author, isbn, description, cover_alt, price_cents)
            values ($1, $2, $3, $8, $4, $5, $6) returning id
         ), s as (
            insert into stock (book_id, on_hand, held, allocated, version) select id, $7, 0, 0, 1 from b
         ), m as (
            insert into movement (book_id, version, kind, on_hand, held, allocated, at)
            select id, 1, 'opened', $7, 0, 0, shop_now() from b
         )
         insert into price (book_id, since, price_cents) select id, shop_now(), $6 from b",
    )
    .bind(new.slug)
    .bind(new.title)
    .bind(new.author)
    .bind(new.description)
    .bind(new.cover_alt)
    .bind(i64::from(new.price_cents))
    .bind(i64::from(new.copies))
    .bind(new.isbn)
    .execute(connection)
    .await?;
    Ok(())
}

/// The epoch of the data.
pub(super) async fn epoch(
    connection: &mut PgConnection,
    url: &DatabaseUrl,
) -> Result<Epoch, ConnectError> {
    let epoch: String = sqlx::query_scalar("select shop_epoch()")
        .fetch_one(connection)
        .await
        .map_err(|source| ConnectError::of(url, source))?;
    epoch
        .parse()
        .map_err(|error: InvalidEpoch| ConnectError::of(url, sqlx::Error::Decode(error.into())))
}

/// The owner's settings, to be kept in memory.
pub(super) async fn settings(
    connection: &mut PgConnection,
    url: &DatabaseUrl,
    epoch: &Epoch,
) -> Result<SettingsCache, ConnectError> {
    let document = settings::read(connection)
        .await
        .map_err(|error| ConnectError::of(url, error.into_database_error()))?;
    Ok(SettingsCache::new(epoch.clone(), document))
}

/// The texts of the legal pages, to be kept in memory.
pub(super) async fn legal(
    connection: &mut PgConnection,
    url: &DatabaseUrl,
    epoch: &Epoch,
) -> Result<LegalCache, ConnectError> {
    let document = legal::read(connection)
        .await
        .map_err(|error| ConnectError::of(url, error.into_database_error()))?;
    Ok(LegalCache::new(epoch.clone(), document))
}

/// Connections for reads, and for writes besides commands: imports, mails, announcements, staff.
pub(super) fn pool(url: &DatabaseUrl) -> PgPool {
    PgPoolOptions::new()
        .after_connect(|connection, _| Box::pin(require_durable_commits(connection)))
        .max_connections(READERS)
        .acquire_timeout(READ_WITHIN)
        .connect_lazy_with(url.options())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postgresql_older_than_14_is_refused() {
        let url: DatabaseUrl = "postgres://burt@db/shop".parse().unwrap();
        let refused = check_version(&url, 13).unwrap_err().to_string();
        assert!(refused.contains("version 13; 14 or newer"), "{refused}");
        assert!(check_version(&url, OLDEST).is_ok());
    }
}
