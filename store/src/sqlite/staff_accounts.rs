//! The staff accounts of an embedded store, running or not.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use shop::{Role, StaffName};
use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{
    check::{Depth, check, open_error, shop_file},
    open,
};
use crate::{
    Clock, OpenError, StaffAccounts, StaffMember, SteadyClock, StoreError, sql::Connection,
    staff_directory,
};

/// The staff accounts in a shop's file.
pub struct SqliteStaffAccounts {
    connection: SqliteConnection,
    clock: Arc<dyn Clock>,
}

impl SqliteStaffAccounts {
    /// Opens the accounts of the shop in a directory.
    ///
    /// # Errors
    /// [`OpenError`] if there is no shop there, or the file belongs to another program or a
    /// newer version.
    pub async fn open(directory: &Path) -> Result<Self, OpenError> {
        Self::open_with_clock(directory, Arc::new(SteadyClock::start())).await
    }

    /// Opens the accounts like [`Self::open`], with the caller's clock.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_with_clock(
        directory: &Path,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let path = shop_file(directory)?;
        check(&path, Depth::Identity).await?;
        let connection = open::settings(SqliteConnectOptions::new().filename(&path))
            .connect()
            .await
            .map_err(|source| open_error(&path, source))?;
        Ok(Self { connection, clock })
    }
}

#[async_trait]
impl StaffAccounts for SqliteStaffAccounts {
    async fn add(
        &mut self,
        name: &StaffName,
        role: Option<Role>,
        password: &str,
    ) -> Result<Option<Role>, StoreError> {
        let now = self.clock.now();
        let mut transaction = self.connection.begin_write().await?;
        let added = staff_directory::add(&mut *transaction, name, role, password, now).await?;
        transaction.commit().await?;
        Ok(added)
    }

    async fn list(&mut self) -> Result<Vec<StaffMember>, StoreError> {
        staff_directory::list(&mut self.connection, self.clock.now()).await
    }

    async fn remove(&mut self, name: &StaffName) -> Result<bool, StoreError> {
        staff_directory::remove(&mut self.connection, name, self.clock.now()).await
    }

    async fn reset(&mut self, name: &StaffName, password: &str) -> Result<bool, StoreError> {
        staff_directory::reset(&mut self.connection, name, password, self.clock.now()).await
    }
}
