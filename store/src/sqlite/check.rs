//! What a file must be before the shop opens it or puts it in another's place.
//!
//! It is looked at before anything is written to it, and for reading only: it must
//! be ours, written by this version or an older one, and whole. Whole is what
//! `quick_check` says: every page is where it belongs and every row can be read and
//! keeps its constraints; only that each index agrees with its table is not looked
//! at. It reads the whole file, however large: a third of a second for a million
//! movements that are in the system's cache, and in proportion for more.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection, migrate::MigrateError,
    sqlite::SqliteConnectOptions,
};

use super::open::MIGRATIONS;
use crate::OpenError;

/// "BURT", as the first migration sets it.
const APPLICATION_ID: i64 = 0x4255_5254;

/// What SQLite's result codes say of a damaged file, or one that is no database.
/// <https://sqlite.org/rescode.html#corrupt>, <https://sqlite.org/rescode.html#notadb>
const DAMAGED: [i32; 2] = [11, 26];

/// How much of a file is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Whose it is and of which version: for those who only read it.
    Mark,
    /// That it is whole, too.
    Whole,
}

/// Reads it from end to end, so that it is in the system's cache: the check goes through
/// the pages in the order of the trees, and from a cold disk waits for each of them.
async fn read_ahead(path: PathBuf) {
    let reading = move || io::copy(&mut fs::File::open(path)?, &mut io::sink());
    // What cannot be read is for the check to say.
    let _ = tokio::task::spawn_blocking(reading).await;
}

/// Refuses a file that is another's, of a newer version, or damaged. One that is
/// not there, or empty, is nobody's.
pub(super) async fn check(path: &Path, depth: Depth) -> Result<(), OpenError> {
    match fs::metadata(path) {
        Ok(file) if file.len() > 0 => {}
        _ => return Ok(()),
    }
    let mut connection = reading(path)
        .connect()
        .await
        .map_err(|source| database(path, source))?;
    let verdict = look_at(path, &mut connection, depth).await;
    // It has changed nothing; what closing it might say is nothing to act on.
    let _ = connection.close().await;
    verdict
}

async fn look_at(
    path: &Path,
    connection: &mut SqliteConnection,
    depth: Depth,
) -> Result<(), OpenError> {
    let failed = |source| database(path, source);
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
    // A first start that was cut off leaves at most the empty list of migrations.
    if id != APPLICATION_ID && !(id == 0 && others.is_empty()) {
        return Err(OpenError::NotOurs(path.to_owned()));
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
    if depth == Depth::Whole {
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

/// How a file is opened to be read and nothing else. Where it has no log, nothing
/// is even made beside it: nobody else writes to it while this process has the lock
/// on its directory, or it is a backup.
pub(super) fn reading(path: &Path) -> SqliteConnectOptions {
    let alone = beside(path)[..2].iter().all(|log| is_empty(log));
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .immutable(alone)
}

/// The files that SQLite may keep beside a database: what is in the first two is a
/// part of it.
pub(super) fn beside(path: &Path) -> [PathBuf; 3] {
    ["-wal", "-journal", "-shm"].map(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    })
}

/// Whether there is nothing in a file, or no file.
pub(super) fn is_empty(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |file| file.len() == 0)
}

/// What SQLite said about a file, with what it means.
pub(super) fn database(path: &Path, source: sqlx::Error) -> OpenError {
    let path = path.to_owned();
    if is_damage(&source) {
        let verdict = source.to_string();
        OpenError::Damaged { path, verdict }
    } else {
        OpenError::Database { path, source }
    }
}

/// What the migrations said about a file, with what it means.
pub(super) fn migration(path: &Path, source: MigrateError) -> OpenError {
    let path = path.to_owned();
    match source {
        MigrateError::VersionMissing(_) => OpenError::Newer(path),
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _)
            if is_damage(&source) =>
        {
            database(&path, source)
        }
        source => OpenError::Migration { path, source },
    }
}

fn is_damage(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    // The lower byte is the kind, the rest says more about it.
    let kind = code.and_then(|code| code.parse::<i32>().ok());
    kind.is_some_and(|code| DAMAGED.contains(&(code & 0xff)))
}
