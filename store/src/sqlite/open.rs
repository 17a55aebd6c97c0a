//! Opening a shop's file, or making it: who may, what it must be, and its settings.

use std::{
    fs::{self, File, TryLockError},
    io::Write,
    path::Path,
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use shop::Timestamp;

use super::check::{Depth, check, database, migration};
use crate::{NewBook, OpenError, rows::millis};

pub(super) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations/sqlite");

/// The name of the database in its directory.
pub(super) const FILE_NAME: &str = "shop.sqlite";

/// Readers at once. Reads take microseconds; more would only queue for the two
/// or four cores.
const READERS: u32 = 4;

pub(super) struct Opened {
    pub(super) reads: SqlitePool,
    pub(super) writes: SqliteConnection,
    pub(super) options: SqliteConnectOptions,
    pub(super) lock: File,
}

pub(super) async fn open(
    directory: &Path,
    opening: &[NewBook],
    now: Timestamp,
) -> Result<Opened, OpenError> {
    let lock = lock(directory)?;
    let path = directory.join(FILE_NAME);
    let options = settings(SqliteConnectOptions::new().filename(&path));

    check(&path, Depth::Whole).await?;
    let mut writes = options
        .clone()
        .create_if_missing(true)
        .connect()
        .await
        .map_err(|source| database(&path, source))?;
    migrate(&path, &mut writes).await?;
    stock_if_new(&mut writes, opening, now)
        .await
        .map_err(|source| database(&path, source))?;

    let reads = SqlitePoolOptions::new()
        .max_connections(READERS)
        .connect_with(options.clone().read_only(true))
        .await
        .map_err(|source| database(&path, source))?;
    Ok(Opened {
        reads,
        writes,
        options,
        lock,
    })
}

/// What holds of every connection that may write.
pub(super) fn settings(file: SqliteConnectOptions) -> SqliteConnectOptions {
    file
        // WAL: reads never wait for the writer. FULL: what is committed survives
        // the loss of power; NORMAL may lose the last commits in this mode.
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What is erased is overwritten too: a contact must not stay in free space.
        .pragma("secure_delete", "on")
        .busy_timeout(Duration::from_secs(5))
}

/// Makes the directory and takes the one lock on it.
pub(super) fn lock(directory: &Path) -> Result<File, OpenError> {
    let unusable = |source| OpenError::Directory {
        path: directory.to_owned(),
        source,
    };
    fs::create_dir_all(directory).map_err(unusable)?;
    // A lock of our own, beside SQLite's: SQLite lets a second process write in turn.
    let mut lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(directory.join("shop.lock"))
        .map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OpenError::InUse(directory.to_owned())),
        Err(TryLockError::Error(source)) => return Err(unusable(source)),
    }
    // A full or read-only disk is better noticed now than at the first sale.
    lock.set_len(0).map_err(unusable)?;
    writeln!(lock, "{}", std::process::id()).map_err(unusable)?;
    Ok(lock)
}

async fn migrate(path: &Path, connection: &mut SqliteConnection) -> Result<(), OpenError> {
    MIGRATIONS
        .run(connection)
        .await
        .map_err(|source| migration(path, source))
}

/// Puts the opening catalogue on the shelf of a shop that has no book yet, draws the
/// secret of a shop that has none, and gives back the mails that somebody was sending.
async fn stock_if_new(
    connection: &mut SqliteConnection,
    opening: &[NewBook],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin_with("begin immediate").await?;
    sqlx::query(
        "insert into setting (name, value) values ('cookie_secret', randomblob(64))
         on conflict (name) do nothing",
    )
    .execute(&mut *transaction)
    .await?;
    // Whoever was sending or taking in when the shop was last open does so no more.
    sqlx::query("update mail set claimed_until = null where claimed_until is not null")
        .execute(&mut *transaction)
        .await?;
    sqlx::query("update import_job set claimed_until = null where claimed_until is not null")
        .execute(&mut *transaction)
        .await?;
    let stocked: bool = sqlx::query_scalar("select exists (select 1 from book)")
        .fetch_one(&mut *transaction)
        .await?;
    if !stocked {
        for new in opening {
            insert(&mut transaction, new, now).await?;
        }
    }
    transaction.commit().await
}

async fn insert(
    connection: &mut SqliteConnection,
    new: &NewBook,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let id: i64 = sqlx::query_scalar(
        "insert into book (slug, title, author, isbn, description, cover_alt, price_cents)
         values (?, ?, ?, ?, ?, ?, ?) returning id",
    )
    .bind(new.slug)
    .bind(new.title)
    .bind(new.author)
    .bind(new.isbn)
    .bind(new.description)
    .bind(new.cover_alt)
    .bind(new.price_cents)
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query(
        "insert into stock (book_id, on_hand, held, allocated, version) values (?, ?, 0, 0, 1)",
    )
    .bind(id)
    .bind(new.copies)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "insert into movement (book_id, version, kind, on_hand, held, allocated, at)
         values (?, 1, 'opened', ?, 0, 0, ?)",
    )
    .bind(id)
    .bind(new.copies)
    .bind(millis(now))
    .execute(&mut *connection)
    .await?;
    sqlx::query("insert into price (book_id, since, price_cents) values (?, ?, ?)")
        .bind(id)
        .bind(millis(now))
        .bind(new.price_cents)
        .execute(connection)
        .await?;
    Ok(())
}
