//! SQL for the first owner's account, for both databases.

use std::time::Duration;

use async_trait::async_trait;
use shop::{Act, Role, StaffName, Timestamp};

use super::{
    AccountError, LinkToken, SetUp, SetUpLink, SqlStaffDirectory, accounts::lock, links,
    people_sql::refusal_or,
};
use crate::{
    StoreError, journal,
    rows::{millis, timestamp},
    sql::{Backend, Connection, query},
};

#[async_trait]
impl<B: Backend> SetUp for SqlStaffDirectory<B> {
    async fn has_staff(&self) -> Result<bool, StoreError> {
        let reading = async { has_staff(&mut *self.0.reader().await?).await };
        self.0.in_time(reading).await
    }

    async fn make_set_up_link(
        &self,
        token: LinkToken,
        lasts: Duration,
    ) -> Result<SetUpLink, StoreError> {
        self.0
            .write(move |connection, now| {
                Box::pin(async move { make(connection, token, lasts, now).await })
            })
            .await
    }

    async fn is_set_up_link(&self, token: LinkToken) -> Result<bool, StoreError> {
        let reading = async {
            let connection = &mut *self.0.reader().await?;
            let now = self.0.now(connection).await?;
            is_open(connection, token, now).await
        };
        self.0.in_time(reading).await
    }

    async fn set_up(
        &self,
        token: LinkToken,
        name: &StaffName,
        password: &str,
    ) -> Result<(), AccountError> {
        let (name, password) = (name.clone(), password.to_owned());
        self.0
            .write(move |connection, now| {
                Box::pin(async move {
                    refusal_or(set_up(connection, token, &name, &password, now).await)
                })
            })
            .await?
    }
}

async fn has_staff<C: Connection>(connection: &mut C) -> Result<bool, StoreError> {
    query("select exists (select 1 from staff)")
        .fetch_scalar(connection)
        .await
}

async fn make<C: Connection>(
    connection: &mut C,
    token: LinkToken,
    lasts: Duration,
    now: Timestamp,
) -> Result<SetUpLink, StoreError> {
    let mut transaction = connection.begin_write().await?;
    lock(&mut *transaction).await?;
    if has_staff(&mut *transaction).await? {
        return Ok(SetUpLink::NotNeeded);
    }
    let before: Option<i64> = query("delete from set_up_link returning expires_at")
        .fetch_optional_scalar(&mut *transaction)
        .await?;
    query("insert into set_up_link (one, token, expires_at) values (1, $1, $2)")
        .bind(token.0.as_slice())
        .bind(millis(now + lasts))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    let before = before.map(timestamp).transpose()?;
    Ok(match before {
        Some(end) if end > now => SetUpLink::Replaced,
        _ => SetUpLink::Made,
    })
}

async fn is_open<C: Connection>(
    connection: &mut C,
    token: LinkToken,
    now: Timestamp,
) -> Result<bool, StoreError> {
    query(
        "select exists (select 1 from set_up_link where token = $1 and expires_at > $2)
            and not exists (select 1 from staff)",
    )
    .bind(token.0.as_slice())
    .bind(millis(now))
    .fetch_scalar(connection)
    .await
}

/// Uses the link and makes the account. The lock keeps `staff add`, on the shop's own machine, from
/// adding a first account at the same time.
async fn set_up<C: Connection>(
    connection: &mut C,
    token: LinkToken,
    name: &StaffName,
    password: &str,
    now: Timestamp,
) -> Result<(), AccountError> {
    let mut transaction = connection.begin_write().await?;
    lock(&mut *transaction).await?;
    let used = query("delete from set_up_link where token = $1 and expires_at > $2")
        .bind(token.0.as_slice())
        .bind(millis(now))
        .execute(&mut *transaction)
        .await?;
    if used == 0 || has_staff(&mut *transaction).await? {
        return Err(AccountError::NoSuchLink);
    }
    links::add(&mut *transaction, name, Role::Owner, password, now).await?;
    let act = Act::FirstOwnerAdded { name: name.clone() };
    journal::write(&mut *transaction, now, Some(name), act).await?;
    transaction.commit().await?;
    Ok(())
}

/// Deletes the set-up link, because there is an account.
pub(super) async fn forget_link<C: Connection>(connection: &mut C) -> Result<(), StoreError> {
    query("delete from set_up_link").execute(connection).await?;
    Ok(())
}
