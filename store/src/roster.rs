//! Who works in the shop: names, roles, hashed passwords, and who is signed in.
//!
//! Nothing here knows a password or what is in a cookie: both are hashed before they come
//! here. A session ends at its time, when it is closed, and with its owner's account or
//! password.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use shop::{Role, StaffName, Timestamp};

use crate::StoreError;

/// What a session is known by: SHA-256 of what is in the cookie.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionToken(pub [u8; 32]);

impl fmt::Debug for SessionToken {
    /// Its beginning is enough to tell one from another.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionToken({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

/// What a password is compared with.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// Argon2id, as a PHC string.
    pub password: String,
    /// What its owner may do.
    pub role: Role,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({})", self.role)
    }
}

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffSession {
    /// Who it is.
    pub name: StaffName,
    /// What they may do, as it is now.
    pub role: Role,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// How long that is from now.
    pub left: Duration,
}

/// Somebody who works here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMember {
    /// Who it is.
    pub name: StaffName,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub since: Timestamp,
    /// In how many places they are signed in.
    pub sessions: u32,
}

/// Who works in the shop. Cheap to share as an object, like the store itself.
#[async_trait]
pub trait Roster: Send + Sync + 'static {
    /// What this name's password is compared with; none where nobody has it.
    async fn credential(&self, name: &StaffName) -> Result<Option<Credential>, StoreError>;

    /// Signs somebody in for so long, and out of the session that the same browser had.
    /// False where the account has gone, or its password is another than it was compared with.
    async fn sign_in(
        &self,
        name: &StaffName,
        compared_with: &Credential,
        session: SessionToken,
        before: Option<SessionToken>,
        lasts: Duration,
    ) -> Result<bool, StoreError>;

    /// Whose session it is, if it is one and is not over.
    async fn session(&self, session: SessionToken) -> Result<Option<StaffSession>, StoreError>;

    /// Ends a session. Ending it again is fine.
    async fn sign_out(&self, session: SessionToken) -> Result<(), StoreError>;
}

impl fmt::Debug for dyn Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Roster")
    }
}

/// What the owner does to the list, beside a running shop.
#[async_trait]
pub trait Register: Send {
    /// Adds somebody. The first is the owner, whatever role is asked for where none is.
    /// Returns the role that they have; none where the name is taken.
    async fn add(
        &mut self,
        name: &StaffName,
        role: Option<Role>,
        password: &str,
    ) -> Result<Option<Role>, StoreError>;

    /// Everybody, by name.
    async fn list(&mut self) -> Result<Vec<StaffMember>, StoreError>;

    /// Takes somebody off the list, and ends their sessions. False where there is no such name.
    async fn remove(&mut self, name: &StaffName) -> Result<bool, StoreError>;

    /// Gives somebody another password, and ends their sessions. False where there is no such name.
    async fn reset(&mut self, name: &StaffName, password: &str) -> Result<bool, StoreError>;
}

/// The questions, in words that both databases understand, for a connection of either kind.
macro_rules! roster {
    ($connection:ty) => {
        use shop::{Role, StaffName, Timestamp};

        use $crate::{
            StoreError,
            roster::{
                Credential, MemberRow, SessionRow, SessionToken, StaffMember, StaffSession, role,
            },
            rows::millis,
        };

        pub(super) async fn credential(
            connection: &mut $connection,
            name: &StaffName,
        ) -> Result<Option<Credential>, StoreError> {
            let row: Option<(String, String)> =
                sqlx::query_as("select password, role from staff where name = $1")
                    .bind(name.as_str())
                    .fetch_optional(connection)
                    .await?;
            row.map(|(password, word)| {
                Ok(Credential {
                    password,
                    role: role(&word)?,
                })
            })
            .transpose()
        }

        /// In the transaction of the caller.
        pub(super) async fn sign_in(
            connection: &mut $connection,
            name: &StaffName,
            compared_with: &Credential,
            session: SessionToken,
            before: Option<SessionToken>,
            from: Timestamp,
            until: Timestamp,
        ) -> Result<bool, StoreError> {
            if let Some(before) = before {
                sign_out(connection, before).await?;
            }
            sqlx::query("delete from staff_session where expires_at <= $1")
                .bind(millis(from))
                .execute(&mut *connection)
                .await?;
            let opened = sqlx::query(
                "insert into staff_session (token, staff_id, created_at, expires_at)
                 select $1, id, $2, $3 from staff where name = $4 and password = $5",
            )
            .bind(session.0.as_slice())
            .bind(millis(from))
            .bind(millis(until))
            .bind(name.as_str())
            .bind(&compared_with.password)
            .execute(connection)
            .await?;
            Ok(opened.rows_affected() == 1)
        }

        pub(super) async fn session(
            connection: &mut $connection,
            session: SessionToken,
            now: Timestamp,
        ) -> Result<Option<StaffSession>, StoreError> {
            let row: Option<SessionRow> = sqlx::query_as(
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

        pub(super) async fn sign_out(
            connection: &mut $connection,
            session: SessionToken,
        ) -> Result<(), StoreError> {
            sqlx::query("delete from staff_session where token = $1")
                .bind(session.0.as_slice())
                .execute(connection)
                .await?;
            Ok(())
        }

        /// In the transaction of the caller, which keeps others from adding at the same time.
        pub(super) async fn add(
            connection: &mut $connection,
            name: &StaffName,
            role: Option<Role>,
            password: &str,
            now: Timestamp,
        ) -> Result<Option<Role>, StoreError> {
            let some: bool = sqlx::query_scalar("select exists (select 1 from staff)")
                .fetch_one(&mut *connection)
                .await?;
            let role = role.unwrap_or(if some { Role::Clerk } else { Role::Owner });
            let added = sqlx::query(
                "insert into staff (name, role, password, created_at) values ($1, $2, $3, $4)
                 on conflict (name) do nothing",
            )
            .bind(name.as_str())
            .bind(role.as_str())
            .bind(password)
            .bind(millis(now))
            .execute(connection)
            .await?;
            Ok((added.rows_affected() == 1).then_some(role))
        }

        pub(super) async fn list(
            connection: &mut $connection,
            now: Timestamp,
        ) -> Result<Vec<StaffMember>, StoreError> {
            let rows: Vec<MemberRow> = sqlx::query_as(
                "select name, role, created_at,
                        (select count(*) from staff_session
                         where staff_id = staff.id and expires_at > $1) as sessions
                 from staff order by name",
            )
            .bind(millis(now))
            .fetch_all(connection)
            .await?;
            rows.into_iter().map(StaffMember::try_from).collect()
        }

        /// Their sessions go with them.
        pub(super) async fn remove(
            connection: &mut $connection,
            name: &StaffName,
        ) -> Result<bool, StoreError> {
            let removed = sqlx::query("delete from staff where name = $1")
                .bind(name.as_str())
                .execute(connection)
                .await?;
            Ok(removed.rows_affected() == 1)
        }

        /// In the transaction of the caller.
        pub(super) async fn reset(
            connection: &mut $connection,
            name: &StaffName,
            password: &str,
        ) -> Result<bool, StoreError> {
            sqlx::query(
                "delete from staff_session where staff_id = (select id from staff where name = $1)",
            )
            .bind(name.as_str())
            .execute(&mut *connection)
            .await?;
            let set = sqlx::query("update staff set password = $2 where name = $1")
                .bind(name.as_str())
                .bind(password)
                .execute(connection)
                .await?;
            Ok(set.rows_affected() == 1)
        }
    };
}
pub(crate) use roster;

#[derive(sqlx::FromRow)]
pub(crate) struct SessionRow {
    name: String,
    role: String,
    expires_at: i64,
}

impl SessionRow {
    pub(crate) fn at(self, now: Timestamp) -> Result<StaffSession, StoreError> {
        let expires_at = crate::rows::timestamp(self.expires_at)?;
        Ok(StaffSession {
            name: name(&self.name)?,
            role: role(&self.role)?,
            expires_at,
            left: expires_at.since(now),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct MemberRow {
    name: String,
    role: String,
    created_at: i64,
    sessions: i64,
}

impl TryFrom<MemberRow> for StaffMember {
    type Error = StoreError;

    fn try_from(row: MemberRow) -> Result<Self, StoreError> {
        Ok(Self {
            name: name(&row.name)?,
            role: role(&row.role)?,
            since: crate::rows::timestamp(row.created_at)?,
            sessions: crate::rows::small(row.sessions)?,
        })
    }
}

fn name(text: &str) -> Result<StaffName, StoreError> {
    text.parse()
        .map_err(|_| StoreError::Inconsistent(format!("a name {text:?} of the staff")))
}

pub(crate) fn role(word: &str) -> Result<Role, StoreError> {
    word.parse()
        .map_err(|error: shop::UnknownRole| StoreError::Inconsistent(error.to_string()))
}
