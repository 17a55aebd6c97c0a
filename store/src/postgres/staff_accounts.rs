//! The staff accounts of a shop in PostgreSQL, opened while its instances run.

use async_trait::async_trait;
use shop::{Role, StaffName};
use sqlx::PgConnection;

use super::{ConnectError, DatabaseUrl, backend::now, open};
use crate::{
    StaffAccounts, StaffMember, StoreError,
    sql::{Connection, query},
    staff_directory,
};

/// The staff accounts in a shop's database.
#[derive(Debug)]
pub struct PostgresStaffAccounts(PgConnection);

impl PostgresStaffAccounts {
    /// Opens the accounts of a shop.
    ///
    /// # Errors
    /// [`ConnectError`] if there is no shop, or it is not of this version.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, ConnectError> {
        let mut connection = open::connect(url).await?;
        open::refuse_other_versions(&mut connection, url).await?;
        Ok(Self(connection))
    }
}

#[async_trait]
impl StaffAccounts for PostgresStaffAccounts {
    async fn add(
        &mut self,
        name: &StaffName,
        role: Option<Role>,
        password: &str,
    ) -> Result<Option<Role>, StoreError> {
        let mut transaction = self.0.begin_write().await?;
        // If two members are added at the same time, only one of them may count as the first.
        query("lock table staff in share row exclusive mode")
            .execute(&mut *transaction)
            .await?;
        let now = now(&mut transaction).await?;
        let added = staff_directory::add(&mut *transaction, name, role, password, now).await?;
        transaction.commit().await?;
        Ok(added)
    }

    async fn list(&mut self) -> Result<Vec<StaffMember>, StoreError> {
        let now = now(&mut self.0).await?;
        staff_directory::list(&mut self.0, now).await
    }

    async fn remove(&mut self, name: &StaffName) -> Result<bool, StoreError> {
        let now = now(&mut self.0).await?;
        staff_directory::remove(&mut self.0, name, now).await
    }

    async fn reset(&mut self, name: &StaffName, password: &str) -> Result<bool, StoreError> {
        let now = now(&mut self.0).await?;
        staff_directory::reset(&mut self.0, name, password, now).await
    }
}
