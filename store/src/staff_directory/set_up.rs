//! How a shop without staff gets its first owner: by a link that it prints when it starts.

use std::time::Duration;

use async_trait::async_trait;
use shop::StaffName;

use super::{AccountError, LinkToken};
use crate::StoreError;

/// What became of a request for a set-up link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetUpLink {
    /// It was made.
    Made,
    /// It was made, and an earlier one, which had not expired, no longer works.
    Replaced,
    /// There is an account, so there is no such link.
    NotNeeded,
}

/// Lets the first owner in. There is at most one set-up link, and none once there is an account.
#[async_trait]
pub trait SetUp: Send + Sync + 'static {
    /// Whether there is any account.
    async fn has_staff(&self) -> Result<bool, StoreError>;

    /// Makes the set-up link, in place of an earlier one, unless there is an account.
    async fn make_set_up_link(
        &self,
        token: LinkToken,
        lasts: Duration,
    ) -> Result<SetUpLink, StoreError>;

    /// Whether a set-up link with this token works now.
    async fn is_set_up_link(&self, token: LinkToken) -> Result<bool, StoreError>;

    /// Makes the first account, an owner's, with the set-up link.
    ///
    /// # Errors
    /// [`AccountError::NoSuchLink`] if the link was used or replaced, has expired, or there is an
    /// account meanwhile.
    async fn set_up(
        &self,
        token: LinkToken,
        name: &StaffName,
        password: &str,
    ) -> Result<(), AccountError>;
}
