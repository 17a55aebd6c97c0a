//! The accounts as owners manage them, and each person's own: roles, links, passwords, sessions.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use shop::{Role, StaffName, Timestamp};

use super::{Credential, SessionToken, StaffMember};
use crate::StoreError;

/// A link's identifier: SHA-256 of the secret in its address.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LinkToken(pub [u8; 32]);

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken")
    }
}

/// The account for which a link sets a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// A new account with this role.
    Invitation(Role),
    /// A new password of an account that exists.
    NewPassword,
}

/// A new link. It replaces an earlier one for the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// Its token.
    pub token: LinkToken,
    /// The account's name.
    pub name: StaffName,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The owner who makes it.
    pub by: StaffName,
    /// The time until it expires.
    pub lasts: Duration,
}

/// A link that has been neither used nor withdrawn, and has not expired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenLink {
    /// The account's name.
    pub name: StaffName,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The owner who made it.
    pub by: StaffName,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// The outcome of a link that was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedLink {
    /// The account's name.
    pub name: StaffName,
    /// The sessions of the account, which have ended.
    pub ended: Vec<SessionToken>,
}

/// A session of an account, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionEntry {
    /// The session.
    pub token: SessionToken,
    /// When it began.
    pub since: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// Why an account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// There is no account with this name.
    #[error("there is no such account")]
    NoSuchAccount,
    /// There is an account with this name already.
    #[error("there is an account with this name already")]
    NameTaken,
    /// Nobody else is an owner.
    #[error("the shop needs an owner")]
    LastOwner,
    /// Nobody can remove their own account.
    #[error("nobody can remove their own account")]
    Oneself,
    /// The person is not an owner, or no longer.
    #[error("only an owner can do this")]
    NotAnOwner,
    /// The link was used or replaced, or has expired.
    #[error("the link was used or replaced, or has expired")]
    NoSuchLink,
    /// The store failed. It is unknown whether the account was changed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for AccountError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Manages the accounts in a running shop. Each change is recorded in the journal.
///
/// A change by an owner is refused if that person is no longer one. Changes of roles and removals
/// wait for one another, so that two owners cannot remove each other.
#[async_trait]
pub trait People: Send + Sync + 'static {
    /// All accounts, by name.
    async fn accounts(&self) -> Result<Vec<StaffMember>, StoreError>;

    /// Changes a role.
    ///
    /// # Errors
    /// [`AccountError::LastOwner`], [`AccountError::NoSuchAccount`], [`AccountError::NotAnOwner`].
    async fn set_role(
        &self,
        name: &StaffName,
        role: Role,
        by: &StaffName,
    ) -> Result<(), AccountError>;

    /// Removes an account with its sessions and links. Returns the sessions that have ended.
    ///
    /// # Errors
    /// [`AccountError::Oneself`], and those of [`Self::set_role`].
    async fn remove_account(
        &self,
        name: &StaffName,
        by: &StaffName,
    ) -> Result<Vec<SessionToken>, AccountError>;

    /// Ends all sessions of an account but one, and returns them. People may end their own; others'
    /// only an owner.
    ///
    /// # Errors
    /// [`AccountError::NoSuchAccount`], [`AccountError::NotAnOwner`].
    async fn end_sessions(
        &self,
        name: &StaffName,
        except: Option<SessionToken>,
        by: &StaffName,
    ) -> Result<Vec<SessionToken>, AccountError>;

    /// Makes a link.
    ///
    /// # Errors
    /// [`AccountError::NameTaken`] for an invitation, [`AccountError::NoSuchAccount`] for a new
    /// password, [`AccountError::NotAnOwner`].
    async fn make_link(&self, link: NewLink) -> Result<(), AccountError>;

    /// Withdraws the open link for a name. False if there is none.
    ///
    /// # Errors
    /// [`AccountError::NotAnOwner`].
    async fn withdraw_link(&self, name: &StaffName, by: &StaffName) -> Result<bool, AccountError>;

    /// All open links, by name.
    async fn open_links(&self) -> Result<Vec<OpenLink>, StoreError>;

    /// The open link with this token.
    async fn open_link(&self, token: LinkToken) -> Result<Option<OpenLink>, StoreError>;

    /// Uses a link: makes the account, or changes its password and ends its sessions.
    ///
    /// # Errors
    /// [`AccountError::NoSuchLink`].
    async fn use_link(&self, token: LinkToken, password: &str) -> Result<UsedLink, AccountError>;

    /// The sessions of an account, the latest first.
    async fn sessions_of(&self, name: &StaffName) -> Result<Vec<SessionEntry>, StoreError>;

    /// Changes the password of the person with this session, and ends their other sessions, which
    /// it returns. `None` if the account was removed or its password changed after the comparison.
    async fn change_password(
        &self,
        name: &StaffName,
        compared_with: &Credential,
        password: &str,
        keep: SessionToken,
    ) -> Result<Option<Vec<SessionToken>>, StoreError>;
}
