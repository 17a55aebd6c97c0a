//! Runs the SQL of [`People`], for both databases.

use async_trait::async_trait;
use shop::{Role, StaffName};

use super::{
    AccountError, Credential, LinkToken, NewLink, OpenLink, People, SessionEntry, SessionToken,
    SqlStaffDirectory, StaffMember, UsedLink, accounts, links, own_account, sql,
};
use crate::{StoreError, sql::Backend};

/// Keeps refusals apart from failures: a store that fails may have to open its data again.
pub(super) fn refusal_or<T>(
    outcome: Result<T, AccountError>,
) -> Result<Result<T, AccountError>, StoreError> {
    match outcome {
        Err(AccountError::Store(error)) => Err(error),
        answered => Ok(answered),
    }
}

#[async_trait]
impl<B: Backend> People for SqlStaffDirectory<B> {
    async fn accounts(&self) -> Result<Vec<StaffMember>, StoreError> {
        let reading = async {
            let connection = &mut *self.0.reader().await?;
            let now = self.0.now(connection).await?;
            sql::list(connection, now).await
        };
        self.0.in_time(reading).await
    }

    async fn set_role(
        &self,
        name: &StaffName,
        role: Role,
        by: &StaffName,
    ) -> Result<(), AccountError> {
        let (name, by) = (name.clone(), by.clone());
        self.0
            .write(move |connection, now| {
                Box::pin(async move {
                    refusal_or(accounts::set_role(connection, &name, role, &by, now).await)
                })
            })
            .await?
    }

    async fn remove_account(
        &self,
        name: &StaffName,
        by: &StaffName,
    ) -> Result<Vec<SessionToken>, AccountError> {
        let (name, by) = (name.clone(), by.clone());
        self.0
            .write(move |connection, now| {
                Box::pin(async move {
                    refusal_or(accounts::remove_account(connection, &name, &by, now).await)
                })
            })
            .await?
    }

    async fn end_sessions(
        &self,
        name: &StaffName,
        except: Option<SessionToken>,
        by: &StaffName,
    ) -> Result<Vec<SessionToken>, AccountError> {
        let (name, by) = (name.clone(), by.clone());
        self.0
            .write(move |connection, now| {
                Box::pin(async move {
                    refusal_or(accounts::end_sessions(connection, &name, except, &by, now).await)
                })
            })
            .await?
    }

    async fn make_link(&self, link: NewLink) -> Result<(), AccountError> {
        self.0
            .write(move |connection, now| {
                Box::pin(async move { refusal_or(links::make(connection, &link, now).await) })
            })
            .await?
    }

    async fn withdraw_link(&self, name: &StaffName, by: &StaffName) -> Result<bool, AccountError> {
        let (name, by) = (name.clone(), by.clone());
        self.0
            .write(move |connection, now| {
                Box::pin(
                    async move { refusal_or(links::withdraw(connection, &name, &by, now).await) },
                )
            })
            .await?
    }

    async fn open_links(&self) -> Result<Vec<OpenLink>, StoreError> {
        let reading = async {
            let connection = &mut *self.0.reader().await?;
            let now = self.0.now(connection).await?;
            links::open_links(connection, now).await
        };
        self.0.in_time(reading).await
    }

    async fn open_link(&self, token: LinkToken) -> Result<Option<OpenLink>, StoreError> {
        let reading = async {
            let connection = &mut *self.0.reader().await?;
            let now = self.0.now(connection).await?;
            links::open_link(connection, token, now).await
        };
        self.0.in_time(reading).await
    }

    async fn use_link(&self, token: LinkToken, password: &str) -> Result<UsedLink, AccountError> {
        let password = password.to_owned();
        self.0
            .write(move |connection, now| {
                Box::pin(async move {
                    refusal_or(links::use_once(connection, token, &password, now).await)
                })
            })
            .await?
    }

    async fn sessions_of(&self, name: &StaffName) -> Result<Vec<SessionEntry>, StoreError> {
        let reading = async {
            let connection = &mut *self.0.reader().await?;
            let now = self.0.now(connection).await?;
            own_account::sessions_of(connection, name, now).await
        };
        self.0.in_time(reading).await
    }

    async fn change_password(
        &self,
        name: &StaffName,
        compared_with: &Credential,
        password: &str,
        keep: SessionToken,
    ) -> Result<Option<Vec<SessionToken>>, StoreError> {
        let (name, password) = (name.clone(), password.to_owned());
        let before = compared_with.password.clone();
        self.0
            .write(move |connection, now| {
                Box::pin(async move {
                    let (name, before) = (&name, &before);
                    own_account::change_password(connection, name, before, &password, keep, now)
                        .await
                })
            })
            .await
    }
}
