//! Bringing a backup back in the place of a shop's file.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};

use super::open;
use crate::OpenError;

/// Puts a backup in the place of the shop in a directory. What was there is kept
/// beside it; its name is returned.
///
/// # Errors
/// [`OpenError`] with nothing changed, when the shop is open, or the backup is not
/// a whole file of ours.
pub async fn restore(directory: &Path, backup: &Path) -> Result<Option<PathBuf>, OpenError> {
    let _lock = open::lock(directory)?;
    check(backup).await?;
    let in_the_way = |path: &Path| {
        let path = path.to_owned();
        move |source| OpenError::Directory { path, source }
    };
    let shop = directory.join(open::FILE_NAME);
    let arriving = directory.join("arriving.sqlite");
    fs::copy(backup, &arriving).map_err(in_the_way(&arriving))?;
    File::open(&arriving)
        .and_then(|file| file.sync_all())
        .map_err(in_the_way(&arriving))?;

    let mut kept = None;
    if shop.exists() {
        // Everything into the one file, so that it is whole where it is kept.
        let mut before = SqliteConnectOptions::new()
            .filename(&shop)
            .connect()
            .await
            .map_err(|source| OpenError::Database {
                path: shop.clone(),
                source,
            })?;
        sqlx::query("pragma wal_checkpoint(truncate)")
            .execute(&mut before)
            .await
            .map_err(|source| OpenError::Database {
                path: shop.clone(),
                source,
            })?;
        before.close().await.map_err(|source| OpenError::Database {
            path: shop.clone(),
            source,
        })?;
        let aside = free_name(directory);
        fs::rename(&shop, &aside).map_err(in_the_way(&aside))?;
        kept = Some(aside);
    }
    fs::rename(&arriving, &shop).map_err(in_the_way(&shop))?;
    File::open(directory)
        .and_then(|dir| dir.sync_all())
        .map_err(in_the_way(directory))?;
    Ok(kept)
}

/// A backup must be ours and whole before anything gives way to it.
async fn check(backup: &Path) -> Result<(), OpenError> {
    let damaged = |source| OpenError::Database {
        path: backup.to_owned(),
        source,
    };
    if let Err(source) = File::open(backup) {
        return Err(OpenError::Directory {
            path: backup.to_owned(),
            source,
        });
    }
    let options = SqliteConnectOptions::new().filename(backup).read_only(true);
    open::refuse_foreign_file(backup, &options).await?;
    let mut connection = options.connect().await.map_err(damaged)?;
    let verdict: String = sqlx::query_scalar("pragma integrity_check(1)")
        .fetch_one(&mut connection)
        .await
        .map_err(damaged)?;
    connection.close().await.map_err(damaged)?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(OpenError::Damaged {
            path: backup.to_owned(),
            verdict,
        })
    }
}

fn free_name(directory: &Path) -> PathBuf {
    (1..)
        .map(|number| directory.join(format!("before-restore-{number}.sqlite")))
        .find(|name| !name.exists())
        .expect("there is no end of numbers")
}
