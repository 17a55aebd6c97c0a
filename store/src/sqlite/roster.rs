//! Who works in the shop, in the embedded store: as the shop asks while it is open, and as its
//! owner changes the list from outside.

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool, sqlite::SqliteConnectOptions,
};

use super::{
    check::{Depth, check, database},
    errands::Errands,
    open,
};
use crate::{Clock, OpenError, Register, Roster, SteadyClock};

crate::roster::roster!(SqliteConnection);

/// The shop's side.
pub(super) struct Desk {
    pub(super) reads: SqlitePool,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) errands: Errands,
}

#[async_trait]
impl Roster for Desk {
    async fn credential(&self, name: &StaffName) -> Result<Option<Credential>, StoreError> {
        credential(&mut *self.reads.acquire().await?, name).await
    }

    async fn sign_in(
        &self,
        name: &StaffName,
        compared_with: &Credential,
        session: SessionToken,
        before: Option<SessionToken>,
        lasts: Duration,
    ) -> Result<bool, StoreError> {
        let (name, compared_with) = (name.clone(), compared_with.clone());
        self.errands
            .run(move |connection, now| {
                Box::pin(async move {
                    let mut transaction = connection.begin_with("begin immediate").await?;
                    let opened = sign_in(
                        &mut transaction,
                        &name,
                        &compared_with,
                        session,
                        before,
                        now,
                        now + lasts,
                    )
                    .await?;
                    transaction.commit().await?;
                    Ok(opened)
                })
            })
            .await
    }

    async fn session(&self, token: SessionToken) -> Result<Option<StaffSession>, StoreError> {
        session(&mut *self.reads.acquire().await?, token, self.clock.now()).await
    }

    async fn sign_out(&self, session: SessionToken) -> Result<(), StoreError> {
        self.errands
            .run(move |connection, _| Box::pin(sign_out(connection, session)))
            .await
    }
}

/// The owner's side: the list, opened for changing beside a running shop or without one.
pub struct StaffRegister {
    connection: SqliteConnection,
    clock: Arc<dyn Clock>,
}

impl StaffRegister {
    /// Opens the list of the shop in a directory.
    ///
    /// # Errors
    /// [`OpenError`] when there is no shop, or it is not ours or of another version.
    pub async fn open(directory: &Path) -> Result<Self, OpenError> {
        Self::open_by(directory, Arc::new(SteadyClock::start())).await
    }

    /// The same, by a clock that the caller has.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_by(directory: &Path, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let path = directory.join(open::FILE_NAME);
        if let Err(source) = std::fs::File::open(&path) {
            return Err(OpenError::Directory { path, source });
        }
        check(&path, Depth::Mark).await?;
        let connection = open::settings(SqliteConnectOptions::new().filename(&path))
            .connect()
            .await
            .map_err(|source| database(&path, source))?;
        Ok(Self { connection, clock })
    }
}

#[async_trait]
impl Register for StaffRegister {
    async fn add(
        &mut self,
        name: &StaffName,
        role: Option<Role>,
        password: &str,
    ) -> Result<Option<Role>, StoreError> {
        let now = self.clock.now();
        let mut transaction = self.connection.begin_with("begin immediate").await?;
        let added = add(&mut transaction, name, role, password, now).await?;
        transaction.commit().await?;
        Ok(added)
    }

    async fn list(&mut self) -> Result<Vec<StaffMember>, StoreError> {
        list(&mut self.connection, self.clock.now()).await
    }

    async fn remove(&mut self, name: &StaffName) -> Result<bool, StoreError> {
        remove(&mut self.connection, name).await
    }

    async fn reset(&mut self, name: &StaffName, password: &str) -> Result<bool, StoreError> {
        let mut transaction = self.connection.begin_with("begin immediate").await?;
        let set = reset(&mut transaction, name, password).await?;
        transaction.commit().await?;
        Ok(set)
    }
}
