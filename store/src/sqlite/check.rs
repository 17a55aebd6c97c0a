//! Checks a file before the shop opens it, or before a restore puts it in the shop's place.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection, migrate::MigrateError,
    sqlite::SqliteConnectOptions,
};

use super::open::{FILE_NAME, MIGRATIONS};
use crate::OpenError;

/// "BURT", set by the first migration.
const APPLICATION_ID: i64 = 0x4255_5254;
/// The offset of that number in a database file, and the bytes with which the file begins.
/// <https://sqlite.org/fileformat2.html#the_database_header>
const APPLICATION_ID_AT: usize = 68;
const MAGIC: &[u8] = b"SQLite format 3\0";

/// SQLite's result codes for a damaged file, and for one that is not a database.
/// <https://sqlite.org/rescode.html#corrupt>, <https://sqlite.org/rescode.html#notadb>
const DAMAGED: [i32; 2] = [11, 26];

/// How much of a file to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Only its program and version, for access to a shop that may be running.
    Identity,
    /// Also its integrity.
    Integrity,
}

/// Reads the file sequentially into the page cache. The check reads pages in the order of the
/// B-trees, which is slow on a cold disk.
async fn read_ahead(path: PathBuf) {
    let reading = move || io::copy(&mut fs::File::open(path)?, &mut io::sink());
    // Read errors are ignored, because the check reports them.
    let _ = tokio::task::spawn_blocking(reading).await;
}

/// The file of the shop in a directory.
///
/// # Errors
/// [`OpenError::NoShop`], or [`OpenError::Directory`] if the file cannot be read.
pub(super) fn shop_file(directory: &Path) -> Result<PathBuf, OpenError> {
    let path = directory.join(FILE_NAME);
    match fs::File::open(&path) {
        Ok(_) => Ok(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(OpenError::NoShop(directory.to_owned()))
        }
        Err(source) => Err(OpenError::Directory { path, source }),
    }
}

/// Refuses a file of another program or a newer version, or one that is damaged or empty.
///
/// The check is read-only and comes before anything is written to the file. The file must belong to
/// this program, be of this version or an older one, and pass `quick_check`: every page is in its
/// place, and every row can be read and satisfies its constraints. Only the consistency of indexes
/// with their tables is not checked. The check reads the whole file: a third of a second for a
/// million movements in the page cache, and in proportion for more.
pub(super) async fn check(path: &Path, depth: Depth) -> Result<(), OpenError> {
    match fs::metadata(path) {
        Ok(file) if file.len() > 0 => {}
        Ok(_) => return Err(OpenError::Emptied(path.to_owned())),
        Err(source) => {
            let path = path.to_owned();
            return Err(OpenError::Directory { path, source });
        }
    }
    let mut connection = read_only_options(path)
        .connect()
        .await
        .map_err(|source| open_error(path, source))?;
    let verdict = check_file(path, &mut connection, depth).await;
    // Nothing was changed, so an error on closing needs no action.
    let _ = connection.close().await;
    verdict
}

async fn check_file(
    path: &Path,
    connection: &mut SqliteConnection,
    depth: Depth,
) -> Result<(), OpenError> {
    let failed = |source| open_error(path, source);
    let id: i64 = sqlx::query_scalar("pragma application_id")
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
    let tables: Vec<String> = sqlx::query_scalar("select tbl_name from sqlite_schema")
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
    let (list, others): (Vec<_>, Vec<_>) = tables
        .iter()
        .partition(|table| *table == "_sqlx_migrations");
    if id != APPLICATION_ID && !(id == 0 && others.is_empty()) {
        return Err(OpenError::NotOurs(path.to_owned()));
    }
    // A new shop gets this file name only once it is complete, so a file without tables has lost
    // its data.
    if others.is_empty() {
        return Err(OpenError::Emptied(path.to_owned()));
    }
    if !list.is_empty() {
        let applied: Vec<i64> = sqlx::query_scalar("select version from _sqlx_migrations")
            .fetch_all(&mut *connection)
            .await
            .map_err(failed)?;
        if applied
            .into_iter()
            .any(|version| !MIGRATIONS.version_exists(version))
        {
            return Err(OpenError::Newer(path.to_owned()));
        }
    }
    if depth == Depth::Integrity {
        read_ahead(path.to_owned()).await;
        let verdict: String = sqlx::query_scalar("pragma quick_check(1)")
            .fetch_one(connection)
            .await
            .map_err(failed)?;
        if verdict != "ok" {
            return Err(OpenError::Damaged {
                path: path.to_owned(),
                verdict,
            });
        }
    }
    Ok(())
}

/// The options to open a file for reading only.
///
/// Without a log it is opened as immutable, so that not even a file beside it is created. That is
/// safe for a backup, and while this process holds the directory's lock. It is also safe for
/// [`Depth::Identity`] while the shop runs, because that reads only what migrations write.
pub(super) fn read_only_options(path: &Path) -> SqliteConnectOptions {
    let alone = companion_files(path)[..2].iter().all(|log| is_empty(log));
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .immutable(alone)
}

/// The files that SQLite may keep beside a database. The first two hold part of its data.
pub(super) fn companion_files(path: &Path) -> [PathBuf; 3] {
    ["-wal", "-journal", "-shm"].map(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    })
}

/// Whether a file is a shop's database according to its header, whatever its name.
pub(super) fn is_shop(path: &Path) -> bool {
    let mut header = [0; APPLICATION_ID_AT + 4];
    let is_read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut header));
    is_read.is_ok() && header.starts_with(MAGIC) && header.ends_with(b"BURT")
}

/// Whether a file is empty or missing.
pub(super) fn is_empty(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |file| file.len() == 0)
}

/// Classifies an error of SQLite.
pub(super) fn open_error(path: &Path, source: sqlx::Error) -> OpenError {
    let path = path.to_owned();
    if is_damage(&source) {
        let verdict = source.to_string();
        OpenError::Damaged { path, verdict }
    } else {
        OpenError::Database { path, source }
    }
}

/// Classifies an error of the migrations.
pub(super) fn migration_error(path: &Path, source: MigrateError) -> OpenError {
    let path = path.to_owned();
    match source {
        MigrateError::VersionMissing(_) => OpenError::Newer(path),
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _)
            if is_damage(&source) =>
        {
            open_error(&path, source)
        }
        source => OpenError::Migration { path, source },
    }
}

fn is_damage(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    // The low byte is the kind; the rest gives details.
    let kind = code.and_then(|code| code.parse::<i32>().ok());
    kind.is_some_and(|code| DAMAGED.contains(&(code & 0xff)))
}
