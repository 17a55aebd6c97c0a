//! Opens or creates a shop's file: the directory's lock, the checks, and the settings.

#[cfg(test)]
mod tests;

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use shop::{Epoch, Timestamp};

use super::{
    check::{Depth, check, companion_files, is_empty, is_shop, migration_error, open_error},
    restore,
};
use crate::{
    NewBook, OpenError, Options,
    clock_guard::{self, ClockGuard},
    legal::{self, LegalCache},
    rows::millis,
    settings::{self, SettingsCache},
};

pub(crate) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations/sqlite");

/// The file name of the database in its directory.
pub const FILE_NAME: &str = "shop.sqlite";
/// The file name of a new shop until it is complete.
const NEW_FILE_NAME: &str = "new.sqlite";

/// The most concurrent reads. A read takes microseconds, so more of them would only compete for two
/// or four cores.
const READERS: u32 = 4;

pub(super) struct Opened {
    pub(super) reads: SqlitePool,
    pub(super) writes: SqliteConnection,
    pub(super) options: SqliteConnectOptions,
    pub(super) epoch: Epoch,
    pub(super) settings: SettingsCache,
    pub(super) legal: LegalCache,
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

    // A link to a missing target, for example on a disk that is not mounted, must not start a new
    // shop.
    let file = fs::symlink_metadata(&path);
    if file.is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        refuse_traces_of_a_shop(directory, &path)?;
        create(directory, &path, opening, now).await?;
    }
    check(&path, Depth::Integrity).await?;
    let mut writes = options
        .connect()
        .await
        .map_err(|source| open_error(&path, source))?;
    prepare(&path, &mut writes, opening, now).await?;
    let epoch: Vec<u8> = sqlx::query_scalar("select value from setting where name = 'epoch'")
        .fetch_one(&mut writes)
        .await
        .map_err(|source| open_error(&path, source))?;
    let epoch = Epoch::from_random(&epoch);
    let settings = settings::read(&mut writes)
        .await
        .map_err(|error| open_error(&path, error.into_database_error()))?;
    let legal = legal::read(&mut writes)
        .await
        .map_err(|error| open_error(&path, error.into_database_error()))?;

    let reads = SqlitePoolOptions::new()
        .max_connections(READERS)
        .connect_with(options.clone().read_only(true))
        .await
        .map_err(|source| open_error(&path, source))?;
    Ok(Opened {
        reads,
        writes,
        options,
        settings: SettingsCache::new(epoch.clone(), settings),
        legal: LegalCache::new(epoch.clone(), legal),
        epoch,
        lock,
    })
}

/// Compares the clock with the data, before any hold or order ends by it.
pub(super) async fn examine_clock(
    opened: &mut Opened,
    options: &Options,
    now: Timestamp,
) -> Result<Arc<ClockGuard>, OpenError> {
    let guard = ClockGuard::default();
    let record = clock_guard::examine(&mut opened.writes, now, options)
        .await
        .map_err(|error| OpenError::Database {
            path: opened.options.get_filename().to_owned(),
            source: error.into_database_error(),
        })?;
    if let Some(record) = record {
        guard.update(&record);
    }
    Ok(Arc::new(guard))
}

/// Removes the epoch, so that another one begins when the shop is next opened.
pub(super) async fn forget_epoch(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("delete from setting where name = 'epoch'")
        .execute(connection)
        .await?;
    Ok(())
}

/// The settings of every connection that may write.
pub(super) fn settings(file: SqliteConnectOptions) -> SqliteConnectOptions {
    file
        // With WAL, reads never wait for the writer. With FULL, commits survive a power loss; with
        // NORMAL, WAL mode may lose the last ones.
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // Erased contacts are overwritten, so that none stays in free space.
        .pragma("secure_delete", "on")
        .busy_timeout(Duration::from_secs(5))
}

/// Creates the directory and takes its exclusive lock.
pub(super) fn lock(directory: &Path) -> Result<File, OpenError> {
    let unusable = |source| OpenError::Directory {
        path: directory.to_owned(),
        source,
    };
    fs::create_dir_all(directory).map_err(unusable)?;
    // SQLite alone would let a second process write, too, so the directory has a lock of its own.
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
    // Writing to the file reveals a full or read-only disk now, not at the first sale.
    lock.set_len(0).map_err(unusable)?;
    writeln!(lock, "{}", std::process::id()).map_err(unusable)?;
    Ok(lock)
}

/// Refuses to create a shop in a directory whose files show that there was one.
fn refuse_traces_of_a_shop(directory: &Path, path: &Path) -> Result<(), OpenError> {
    let files = fs::read_dir(directory).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let files = files.map_err(|source| OpenError::Directory {
        path: directory.to_owned(),
        source,
    })?;
    let mut traces: Vec<PathBuf> = files
        .into_iter()
        .filter(|file| is_trace(&file.file_name().to_string_lossy(), &file.path()))
        .map(|file| file.path())
        .collect();
    traces.sort();
    match traces.into_iter().next() {
        Some(trace) => Err(OpenError::Missing {
            file: path.to_owned(),
            trace,
        }),
        None => Ok(()),
    }
}

/// Whether a file shows that there was a shop: a log, a file set aside by a restore, the copy of an
/// interrupted restore, or a backup under any name.
fn is_trace(name: &str, path: &Path) -> bool {
    // An interrupted first start leaves such files.
    let is_new = name.starts_with(NEW_FILE_NAME);
    let is_named = [FILE_NAME, restore::ASIDE, restore::ARRIVING]
        .iter()
        .any(|beginning| name.starts_with(beginning));
    !is_new && path.is_file() && !is_empty(path) && (is_named || is_shop(path))
}

/// Creates a shop under a temporary name, and renames the file when it is complete. So an
/// interrupted first start leaves no file that looks like a shop whose data is gone.
async fn create(
    directory: &Path,
    path: &Path,
    opening: &[NewBook],
    now: Timestamp,
) -> Result<(), OpenError> {
    let unusable = |source| OpenError::Directory {
        path: directory.to_owned(),
        source,
    };
    let new = directory.join(NEW_FILE_NAME);
    // An interrupted first start may have left these files.
    for left in [&new].into_iter().chain(&companion_files(&new)) {
        match fs::remove_file(left) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(error)),
            _ => {}
        }
    }
    // With a rollback journal, no other file is left beside this one once it is closed.
    let file = SqliteConnectOptions::new()
        .filename(&new)
        .create_if_missing(true)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full);
    let failed = |source| open_error(&new, source);
    let mut connection = file.connect().await.map_err(failed)?;
    prepare(&new, &mut connection, opening, now).await?;
    connection.close().await.map_err(failed)?;
    fs::rename(&new, path).map_err(unusable)?;
    let synced = File::open(directory).and_then(|directory| directory.sync_all());
    synced.map_err(unusable)
}

/// Migrates the tables, and stocks a new shop.
async fn prepare(
    path: &Path,
    connection: &mut SqliteConnection,
    opening: &[NewBook],
    now: Timestamp,
) -> Result<(), OpenError> {
    MIGRATIONS
        .run(&mut *connection)
        .await
        .map_err(|source| migration_error(path, source))?;
    stock_if_new(connection, opening, now)
        .await
        .map_err(|source| open_error(path, source))
}

/// Adds the opening catalogue to a shop without books. Also creates the cookie secret and the epoch
/// if they are missing, and ends the claims to mails and imports.
async fn stock_if_new(
    connection: &mut SqliteConnection,
    opening: &[NewBook],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin_with("begin immediate").await?;
    sqlx::query(
        "insert into setting (name, value)
         values ('cookie_secret', randomblob(64)), ('epoch', randomblob(6))
         on conflict (name) do nothing",
    )
    .execute(&mut *transaction)
    .await?;
    // Claims from when the shop was last open are void.
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
