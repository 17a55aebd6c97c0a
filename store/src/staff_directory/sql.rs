//! SQL for the staff directory.

use std::time::Duration;

use async_trait::async_trait;
use shop::{Act, Role, StaffName, Timestamp};

use super::{
    Credential, SessionToken, StaffDirectory, StaffMember, StaffSession,
    accounts::{exclude_changes, forget_links_by, lock},
    set_up_sql::forget_link,
};
use crate::{
    StoreError, journal,
    rows::{millis, small, timestamp},
    sql::{Backend, Connection, query},
};

/// The staff directory, for both databases.
pub(crate) struct SqlStaffDirectory<B>(pub(crate) B);

#[async_trait]
impl<B: Backend> StaffDirectory for SqlStaffDirectory<B> {
    async fn credential(&self, name: &StaffName) -> Result<Option<Credential>, StoreError> {
        let reading = async { credential(&mut *self.0.reader().await?, name).await };
        self.0.in_time(reading).await
    }

    async fn sign_in(
        &self,
        name: &StaffName,
        compared_with: &Credential,
        session: SessionToken,
        before: Option<SessionToken>,
        lasts: Duration,
    ) -> Result<bool, StoreError> {
        let (name, password) = (name.clone(), compared_with.password.clone());
        self.0
            .write(move |connection, now| {
                Box::pin(async move {
                    let mut transaction = connection.begin_write().await?;
                    exclude_changes(&mut *transaction).await?;
                    let replaced = match before {
                        Some(before) => sign_out(&mut *transaction, before).await?,
                        None => None,
                    };
                    if let Some(other) = replaced.filter(|other| *other != name) {
                        let by = Some(&other);
                        journal::write(&mut *transaction, now, by, Act::SignedOut).await?;
                    }
                    let period = (now, now + lasts);
                    let signed_in =
                        sign_in(&mut *transaction, &name, &password, session, period).await?;
                    if !signed_in {
                        // The session that was there stays.
                        transaction.rollback().await?;
                        return Ok(false);
                    }
                    let by = Some(&name);
                    journal::write(&mut *transaction, now, by, Act::SignedIn).await?;
                    transaction.commit().await?;
                    Ok(true)
                })
            })
            .await
    }

    async fn session(&self, token: SessionToken) -> Result<Option<StaffSession>, StoreError> {
        let reading = async {
            let connection = &mut *self.0.reader().await?;
            let now = self.0.now(connection).await?;
            session(connection, token, now).await
        };
        self.0.in_time(reading).await
    }

    async fn sign_out(&self, session: SessionToken) -> Result<(), StoreError> {
        self.0
            .write(move |connection, now| {
                Box::pin(async move {
                    let mut transaction = connection.begin_write().await?;
                    if let Some(name) = sign_out(&mut *transaction, session).await? {
                        let by = Some(&name);
                        journal::write(&mut *transaction, now, by, Act::SignedOut).await?;
                    }
                    transaction.commit().await?;
                    Ok(())
                })
            })
            .await
    }
}

async fn credential<C: Connection>(
    connection: &mut C,
    name: &StaffName,
) -> Result<Option<Credential>, StoreError> {
    let row: Option<(String, String)> = query("select password, role from staff where name = $1")
        .bind(name.as_str())
        .fetch_optional(connection)
        .await?;
    row.map(|(password, word)| {
        Ok(Credential {
            password,
            role: parse_role(&word)?,
        })
    })
    .transpose()
}

async fn sign_in<C: Connection>(
    connection: &mut C,
    name: &StaffName,
    password: &str,
    session: SessionToken,
    (from, until): (Timestamp, Timestamp),
) -> Result<bool, StoreError> {
    query("delete from staff_session where expires_at <= $1")
        .bind(millis(from))
        .execute(connection)
        .await?;
    let opened = query(
        "insert into staff_session (token, staff_id, created_at, expires_at)
         select $1, id, $2, $3 from staff where name = $4 and password = $5",
    )
    .bind(session.0.as_slice())
    .bind(millis(from))
    .bind(millis(until))
    .bind(name.as_str())
    .bind(password)
    .execute(connection)
    .await?;
    Ok(opened == 1)
}

async fn session<C: Connection>(
    connection: &mut C,
    session: SessionToken,
    now: Timestamp,
) -> Result<Option<StaffSession>, StoreError> {
    let row: Option<SessionRow> = query(
        "select name, role, expires_at
         from staff_session join staff on staff.id = staff_id
         where token = $1 and expires_at > $2",
    )
    .bind(session.0.as_slice())
    .bind(millis(now))
    .fetch_optional(connection)
    .await?;
    row.map(|row| row.at(now)).transpose()
}

/// Ends a session. Returns whose it was, if there was one.
async fn sign_out<C: Connection>(
    connection: &mut C,
    session: SessionToken,
) -> Result<Option<StaffName>, StoreError> {
    let name: Option<String> = query(
        "delete from staff_session where token = $1
         returning (select name from staff where staff.id = staff_id)",
    )
    .bind(session.0.as_slice())
    .fetch_optional_scalar(connection)
    .await?;
    name.as_deref().map(parse_name).transpose()
}

/// Adds a member of staff, for the shop's own machine. The caller's transaction must exclude other
/// additions.
pub(crate) async fn add<C: Connection>(
    connection: &mut C,
    name: &StaffName,
    role: Option<Role>,
    password: &str,
    now: Timestamp,
) -> Result<Option<Role>, StoreError> {
    let any: bool = query("select exists (select 1 from staff)")
        .fetch_scalar(connection)
        .await?;
    let role = role.unwrap_or(if any { Role::Clerk } else { Role::Owner });
    let added = query(
        "insert into staff (name, role, password, created_at) values ($1, $2, $3, $4)
         on conflict (name) do nothing",
    )
    .bind(name.as_str())
    .bind(role.as_str())
    .bind(password)
    .bind(millis(now))
    .execute(connection)
    .await?;
    if added == 0 {
        return Ok(None);
    }
    forget_link(connection).await?;
    let name = name.clone();
    journal::write(connection, now, None, Act::AccountAdded { name, role }).await?;
    Ok(Some(role))
}

/// All members of staff, by name.
pub(crate) async fn list<C: Connection>(
    connection: &mut C,
    now: Timestamp,
) -> Result<Vec<StaffMember>, StoreError> {
    let rows: Vec<MemberRow> = query(
        "select name, role, created_at,
                (select count(*) from staff_session
                 where staff_id = staff.id and expires_at > $1) as sessions,
                (select at from journal
                 where made_by = staff.name and kind = 'signed_in' and at >= staff.created_at
                 order by journal.id desc limit 1) as last_sign_in
         from staff order by name",
    )
    .bind(millis(now))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(StaffMember::try_from).collect()
}

/// Removes a member of staff, for the shop's own machine. The foreign key deletes their sessions and
/// the link for their name; the links that they have made for others are deleted here.
pub(crate) async fn remove<C: Connection>(
    connection: &mut C,
    name: &StaffName,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut transaction = connection.begin_write().await?;
    lock(&mut *transaction).await?;
    let removed = query("delete from staff where name = $1")
        .bind(name.as_str())
        .execute(&mut *transaction)
        .await?;
    if removed == 0 {
        transaction.rollback().await?;
        return Ok(false);
    }
    forget_links_by(&mut *transaction, name).await?;
    let act = Act::AccountRemoved { name: name.clone() };
    journal::write(&mut *transaction, now, None, act).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Changes a password, and ends its owner's sessions, for the shop's own machine. The link for the
/// name and the links that they have made are deleted.
pub(crate) async fn reset<C: Connection>(
    connection: &mut C,
    name: &StaffName,
    password: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut transaction = connection.begin_write().await?;
    lock(&mut *transaction).await?;
    let set = query("update staff set password = $2 where name = $1")
        .bind(name.as_str())
        .bind(password)
        .execute(&mut *transaction)
        .await?;
    if set == 0 {
        transaction.rollback().await?;
        return Ok(false);
    }
    query("delete from staff_session where staff_id = (select id from staff where name = $1)")
        .bind(name.as_str())
        .execute(&mut *transaction)
        .await?;
    query("delete from staff_link where name = $1")
        .bind(name.as_str())
        .execute(&mut *transaction)
        .await?;
    forget_links_by(&mut *transaction, name).await?;
    let act = Act::PasswordReset { name: name.clone() };
    journal::write(&mut *transaction, now, None, act).await?;
    transaction.commit().await?;
    Ok(true)
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    name: String,
    role: String,
    expires_at: i64,
}

impl SessionRow {
    fn at(self, now: Timestamp) -> Result<StaffSession, StoreError> {
        let expires_at = timestamp(self.expires_at)?;
        Ok(StaffSession {
            name: parse_name(&self.name)?,
            role: parse_role(&self.role)?,
            expires_at,
            left: expires_at.since(now),
        })
    }
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    name: String,
    role: String,
    created_at: i64,
    sessions: i64,
    last_sign_in: Option<i64>,
}

impl TryFrom<MemberRow> for StaffMember {
    type Error = StoreError;

    fn try_from(row: MemberRow) -> Result<Self, StoreError> {
        Ok(Self {
            name: parse_name(&row.name)?,
            role: parse_role(&row.role)?,
            since: timestamp(row.created_at)?,
            sessions: small(row.sessions)?,
            last_sign_in: row.last_sign_in.map(timestamp).transpose()?,
        })
    }
}

/// Converts a session's token.
pub(super) fn session_token(bytes: &[u8]) -> Result<SessionToken, StoreError> {
    let bytes = bytes
        .try_into()
        .map_err(|_| StoreError::Inconsistent("a session's token".to_owned()))?;
    Ok(SessionToken(bytes))
}

pub(super) fn parse_name(text: &str) -> Result<StaffName, StoreError> {
    text.parse()
        .map_err(|_| StoreError::Inconsistent(format!("a name {text:?} of the staff")))
}

pub(super) fn parse_role(word: &str) -> Result<Role, StoreError> {
    word.parse()
        .map_err(|error: shop::UnknownRole| StoreError::Inconsistent(error.to_string()))
}
