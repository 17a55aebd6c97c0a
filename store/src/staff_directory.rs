//! The staff directory: names, roles, hashed passwords, and who is signed in.
//!
//! It knows neither passwords nor what is in cookies: both are hashed before they get here. A
//! session ends at its time, when it is signed out, and with its owner's account or password.

mod sql;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use shop::{Role, StaffName, Timestamp};

pub(crate) use self::sql::{SqlStaffDirectory, add, list, remove, reset};
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

/// A session that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffSession {
    /// Whose it is.
    pub name: StaffName,
    /// Their role, as it is now.
    pub role: Role,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// How long that is from now.
    pub left: Duration,
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMember {
    /// Their name.
    pub name: StaffName,
    /// What they may do.
    pub role: Role,
    /// When they were added.
    pub since: Timestamp,
    /// How many sessions they have.
    pub sessions: u32,
}

/// Signs staff in and out. Cheap to share as an object, like the store itself.
#[async_trait]
pub trait StaffDirectory: Send + Sync + 'static {
    /// What this name's password is compared with; none where there is no such name.
    async fn credential(&self, name: &StaffName) -> Result<Option<Credential>, StoreError>;

    /// Begins a session of this length, and ends the one that the same browser had before.
    /// False where the account has gone, or its password has changed since it was compared.
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

    /// Ends a session. Ending it again is fine.
    async fn sign_out(&self, session: SessionToken) -> Result<(), StoreError>;
}

impl fmt::Debug for dyn StaffDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StaffDirectory")
    }
}

/// Adds and removes staff, from outside a running shop.
#[async_trait]
pub trait StaffAccounts: Send {
    /// Adds a member of staff. Without a role the first is the owner, and others are clerks.
    /// Returns their role; none where the name is taken.
    async fn add(
        &mut self,
        name: &StaffName,
        role: Option<Role>,
        password: &str,
    ) -> Result<Option<Role>, StoreError>;

    /// All members of staff, by name.
    async fn list(&mut self) -> Result<Vec<StaffMember>, StoreError>;

    /// Removes a member of staff and ends their sessions. False where there is no such name.
    async fn remove(&mut self, name: &StaffName) -> Result<bool, StoreError>;

    /// Changes a password and ends its owner's sessions. False where there is no such name.
    async fn reset(&mut self, name: &StaffName, password: &str) -> Result<bool, StoreError>;
}
