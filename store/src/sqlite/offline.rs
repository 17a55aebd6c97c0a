//! The locked file of a shop that is not running, to be copied as a whole.

use std::{fs::File, path::Path};

use sqlx::SqliteConnection;

use super::{check::shop_file, open};
use crate::{Clock, OpenError, SteadyClock};

/// The data of a shop that is not running, migrated and held exclusively.
pub(crate) struct OfflineShop {
    connection: SqliteConnection,
    _lock: File,
}

impl OfflineShop {
    /// Opens the shop in a directory, but never creates one.
    pub(crate) async fn open(directory: &Path) -> Result<Self, OpenError> {
        shop_file(directory)?;
        let opened = open::open(directory, &[], SteadyClock::start().now()).await?;
        opened.reads.close().await;
        Ok(Self {
            connection: opened.writes,
            _lock: opened.lock,
        })
    }

    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}
