//! The staff directory: names, roles, password hashes, and sessions. It never sees plain passwords
//! or cookies, which are hashed first.

mod accounts;
mod links;
mod own_account;
mod people;
mod people_sql;
mod set_up;
mod set_up_sql;
mod sql;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use shop::{Role, StaffName, Timestamp};

pub use self::people::{
    AccountError, LinkPurpose, LinkToken, NewLink, OpenLink, People, SessionEntry, UsedLink,
};
pub use self::set_up::{SetUp, SetUpLink};
pub(crate) use self::sql::{SqlStaffDirectory, add, list, remove, reset};
use crate::StoreError;

/// A session's identifier: SHA-256 of the cookie's content.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionToken(pub [u8; 32]);

impl fmt::Debug for SessionToken {
    /// Shows only the first bytes, enough to tell tokens apart.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionToken({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

/// A password hash and its owner's role.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The Argon2id hash as a PHC string.
    pub password: String,
    /// The owner's role.
    pub role: Role,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({})", self.role)
    }
}

/// A session that has not ended.
///
/// It ends when it expires, when its owner signs out or ends it elsewhere, when a shop's owner ends
/// it, or when the account is removed or its password changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffSession {
    /// The member of staff.
    pub name: StaffName,
    /// Their current role.
    pub role: Role,
    /// When the session expires.
    pub expires_at: Timestamp,
    /// The time until it expires.
    pub left: Duration,
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMember {
    /// Their name.
    pub name: StaffName,
    /// Their role.
    pub role: Role,
    /// When they were added.
    pub since: Timestamp,
    /// The number of their sessions.
    pub sessions: u32,
    /// When they last signed in, as far as the journal goes back.
    pub last_sign_in: Option<Timestamp>,
}

/// Signs staff in and out. Shared as an object, like the store itself.
#[async_trait]
pub trait StaffDirectory: People + SetUp {
    /// The credential of this name; `None` if there is no such account.
    async fn credential(&self, name: &StaffName) -> Result<Option<Credential>, StoreError>;

    /// Begins a session of this length, and ends the same browser's earlier session. False if the
    /// account was removed or its password was changed after the comparison.
    async fn sign_in(
        &self,
        name: &StaffName,
        compared_with: &Credential,
        session: SessionToken,
        before: Option<SessionToken>,
        lasts: Duration,
    ) -> Result<bool, StoreError>;

    /// The session with this token, unless it has ended.
    async fn session(&self, session: SessionToken) -> Result<Option<StaffSession>, StoreError>;

    /// Ends a session. Ending it again does nothing.
    async fn sign_out(&self, session: SessionToken) -> Result<(), StoreError>;
}

impl fmt::Debug for dyn StaffDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StaffDirectory")
    }
}

/// Adds and removes staff, from outside the running shop.
#[async_trait]
pub trait StaffAccounts: Send {
    /// Adds a member of staff. If no role is given, the first member becomes the owner and all
    /// others clerks. Returns the role, or `None` if the name is taken.
    async fn add(
        &mut self,
        name: &StaffName,
        role: Option<Role>,
        password: &str,
    ) -> Result<Option<Role>, StoreError>;

    /// All members of staff, by name.
    async fn list(&mut self) -> Result<Vec<StaffMember>, StoreError>;

    /// Removes a member of staff and ends their sessions. False if there is no such name.
    async fn remove(&mut self, name: &StaffName) -> Result<bool, StoreError>;

    /// Changes a password and ends its owner's sessions. False if there is no such name.
    async fn reset(&mut self, name: &StaffName, password: &str) -> Result<bool, StoreError>;
}
