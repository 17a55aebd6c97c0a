//! Who works in the shop, in PostgreSQL: as an instance asks, and as the owner changes the list.

use std::time::Duration;

use async_trait::async_trait;
use sqlx::{Connection, PgConnection, PgPool};

use super::{ConnectError, DatabaseUrl, in_time, open};
use crate::{Register, Roster, rows::timestamp};

crate::roster::roster!(PgConnection);

/// An instance's side.
pub(super) struct Desk(pub(super) PgPool);

#[async_trait]
impl Roster for Desk {
    async fn credential(&self, name: &StaffName) -> Result<Option<Credential>, StoreError> {
        in_time(async { credential(&mut *self.0.acquire().await?, name).await }).await
    }

    async fn sign_in(
        &self,
        name: &StaffName,
        compared_with: &Credential,
        session: SessionToken,
        before: Option<SessionToken>,
        lasts: Duration,
    ) -> Result<bool, StoreError> {
        let signing_in = async {
            let mut transaction = self.0.begin().await?;
            let from = now(&mut transaction).await?;
            let until = from + lasts;
            let opened = sign_in(
                &mut transaction,
                name,
                compared_with,
                session,
                before,
                from,
                until,
            )
            .await?;
            transaction.commit().await?;
            Ok(opened)
        };
        in_time(signing_in).await
    }

    async fn session(&self, token: SessionToken) -> Result<Option<StaffSession>, StoreError> {
        let reading = async {
            let mut connection = self.0.acquire().await?;
            let now = now(&mut connection).await?;
            session(&mut connection, token, now).await
        };
        in_time(reading).await
    }

    async fn sign_out(&self, session: SessionToken) -> Result<(), StoreError> {
        in_time(async { sign_out(&mut *self.0.acquire().await?, session).await }).await
    }
}

/// The owner's side: the list, opened for changing beside whatever instances there are.
#[derive(Debug)]
pub struct StaffRegister(PgConnection);

impl StaffRegister {
    /// Opens the list of a shop.
    ///
    /// # Errors
    /// [`ConnectError`] when there is no shop, or it is not ours or of another version.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, ConnectError> {
        let mut connection = open::connect(url).await?;
        open::refuse_other_versions(&mut connection, url).await?;
        Ok(Self(connection))
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
        let mut transaction = self.0.begin().await?;
        // Of two who come first, one is.
        sqlx::query("lock table staff in share row exclusive mode")
            .execute(&mut *transaction)
            .await?;
        let now = now(&mut transaction).await?;
        let added = add(&mut transaction, name, role, password, now).await?;
        transaction.commit().await?;
        Ok(added)
    }

    async fn list(&mut self) -> Result<Vec<StaffMember>, StoreError> {
        let now = now(&mut self.0).await?;
        list(&mut self.0, now).await
    }

    async fn remove(&mut self, name: &StaffName) -> Result<bool, StoreError> {
        remove(&mut self.0, name).await
    }

    async fn reset(&mut self, name: &StaffName, password: &str) -> Result<bool, StoreError> {
        let mut transaction = self.0.begin().await?;
        let set = reset(&mut transaction, name, password).await?;
        transaction.commit().await?;
        Ok(set)
    }
}

/// The moment, by the database.
async fn now(connection: &mut PgConnection) -> Result<Timestamp, StoreError> {
    let now = sqlx::query_scalar("select shop_now()");
    timestamp(now.fetch_one(connection).await?)
}
