//! Replaces a shop's file with a backup.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use super::{
    check::{Depth, check, companion_files, is_empty, open_error},
    open,
};
use crate::OpenError;

/// The beginning of the names of the files that a restore sets aside.
pub(super) const ASIDE: &str = "before-restore-";
/// The file name of a backup until it takes the shop's place.
pub(super) const ARRIVING: &str = "arriving.sqlite";

/// How long readers may take to finish.
const READER_TIMEOUT: Duration = Duration::from_secs(2);

/// Replaces the shop in a directory with a backup. The old file is kept beside it, even if it is
/// damaged; its name is returned.
///
/// A log beside the file is part of the database, and SQLite applies it to whatever file has that
/// name. So no file is replaced while its log exists.
///
/// # Errors
/// [`OpenError`], with nothing changed, if the shop is open or being read, or the backup is not a
/// complete file of this program.
pub async fn restore(directory: &Path, backup: &Path) -> Result<Option<PathBuf>, OpenError> {
    let _lock = open::lock(directory)?;
    check_backup(backup).await?;
    let shop = directory.join(open::FILE_NAME);
    let arriving = IncomingCopy::copy(backup, directory)?;
    arriving.forget_epoch().await?;
    let kept = if shop.exists() {
        checkpoint_log(&shop).await?;
        Some(set_aside(directory, &shop)?)
    } else {
        None
    };
    // The rename is atomic: the shop is never missing, so no new one can be created in its place.
    fs::rename(&arriving.0, &shop).map_err(unusable(&shop))?;
    sync(directory)?;
    Ok(kept)
}

/// Refuses a backup that is not complete or not this program's.
async fn check_backup(backup: &Path) -> Result<(), OpenError> {
    File::open(backup).map_err(unusable(backup))?;
    if let Some(log) = companion_files(backup)[..2]
        .iter()
        .find(|log| !is_empty(log))
    {
        return Err(OpenError::NotWhole {
            file: backup.to_owned(),
            log: log.clone(),
        });
    }
    if is_empty(backup) {
        return Err(OpenError::NotOurs(backup.to_owned()));
    }
    check(backup, Depth::Integrity).await
}

/// A copy of the backup that is not the shop yet; deleted on drop.
struct IncomingCopy(PathBuf);

impl IncomingCopy {
    fn copy(backup: &Path, directory: &Path) -> Result<Self, OpenError> {
        let arriving = Self(directory.join(ARRIVING));
        // An interrupted restore may have left a journal, which would be applied to this copy.
        arriving.remove();
        fs::copy(backup, &arriving.0).map_err(unusable(&arriving.0))?;
        Ok(arriving)
    }

    /// Removes the epoch, so that the shop begins a new one. The sales since the backup and those
    /// after the restore may reach the same versions. The file is on the disk when this returns.
    async fn forget_epoch(&self) -> Result<(), OpenError> {
        let failed = |source| open_error(&self.0, source);
        let file = SqliteConnectOptions::new().filename(&self.0);
        // Without a log, the file alone is the whole copy.
        let file = file.journal_mode(SqliteJournalMode::Delete);
        let mut connection = file.connect().await.map_err(failed)?;
        let forgotten = open::forget_epoch(&mut connection).await;
        let closed = connection.close().await;
        forgotten.and(closed).map_err(failed)?;
        sync(&self.0)
    }

    fn remove(&self) {
        let _ = fs::remove_file(&self.0);
        for file in companion_files(&self.0) {
            let _ = fs::remove_file(file);
        }
    }
}

impl Drop for IncomingCopy {
    fn drop(&mut self) {
        // After a successful restore the file is gone already.
        self.remove();
    }
}

/// Checkpoints the log into the shop's file, so that the old file is complete. A file that is
/// damaged, or that this version must not write to, is kept with its log.
async fn checkpoint_log(shop: &Path) -> Result<(), OpenError> {
    match check(shop, Depth::Integrity).await {
        Ok(()) => {}
        Err(
            OpenError::Damaged { .. }
            | OpenError::Emptied(_)
            | OpenError::NotOurs(_)
            | OpenError::Newer(_),
        ) => return Ok(()),
        Err(other) => return Err(other),
    }
    match checkpoint(shop).await {
        Ok(false) => Ok(()),
        Ok(true) => Err(OpenError::BeingRead(shop.to_owned())),
        Err(source) => Err(open_error(shop, source)),
    }
}

/// Checkpoints the log. Returns whether a reader prevented it, which SQLite reports in a row, not
/// as an error.
async fn checkpoint(shop: &Path) -> Result<bool, sqlx::Error> {
    let file = SqliteConnectOptions::new().filename(shop);
    let file = file.busy_timeout(READER_TIMEOUT);
    let mut connection = file.connect().await?;
    let outcome = sqlx::query_as("pragma wal_checkpoint(truncate)")
        .fetch_one(&mut connection)
        .await;
    let closed = connection.close().await;
    let (busy, _, _): (bool, i64, i64) = outcome?;
    closed.map(|()| busy)
}

/// Gives the shop's file another name, together with its log. Programs that have it open keep
/// reading the old data.
fn set_aside(directory: &Path, shop: &Path) -> Result<PathBuf, OpenError> {
    let aside = free_name(directory);
    // Some file systems have no links; on those the shop is missing for a moment.
    fs::hard_link(shop, &aside)
        .or_else(|_| fs::rename(shop, &aside))
        .map_err(unusable(&aside))?;
    for (from, to) in companion_files(shop).iter().zip(companion_files(&aside)) {
        match fs::rename(from, &to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(unusable(&to)(error));
            }
            _ => {}
        }
    }
    Ok(aside)
}

fn free_name(directory: &Path) -> PathBuf {
    (1..)
        .map(|number| directory.join(format!("{ASIDE}{number}.sqlite")))
        .find(|name| !name.exists())
        .expect("some number should be free")
}

fn sync(path: &Path) -> Result<(), OpenError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(unusable(path))
}

fn unusable(path: &Path) -> impl FnOnce(io::Error) -> OpenError {
    let path = path.to_owned();
    |source| OpenError::Directory { path, source }
}
