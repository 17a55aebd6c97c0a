//! Announcements that the shop shows to everyone until they end.

mod sql;

use std::fmt;

use async_trait::async_trait;
use shop::{
    Announcement, AnnouncementEnd, AnnouncementId, AnnouncementText, Key, News, StaffName,
    Timestamp,
};

pub(crate) use self::sql::{SqlAnnouncements, active};
use crate::StoreError;

/// The most announcements that can be active at once. Together they fit into one PostgreSQL
/// notification (8,000 bytes), and onto a small screen.
pub const MAX_ANNOUNCEMENTS: usize = 3;

/// A new announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAnnouncement {
    /// The text.
    pub text: AnnouncementText,
    /// When it ends, by the store's clock.
    pub end: AnnouncementEnd,
    /// The member of staff who makes it.
    pub by: StaffName,
    /// The idempotency key: repeating the submission makes no second announcement.
    pub key: Key,
}

/// An active announcement, as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveAnnouncement {
    /// The part that everyone sees.
    pub announcement: Announcement,
    /// The member of staff who made it.
    pub by: StaffName,
    /// When it was made.
    pub made_at: Timestamp,
}

/// All active announcements.
///
/// All announcements share one version, so that pages know which state is newer
/// ([`Topic::News`](crate::Topic)). Making or withdrawing an announcement increments it in the same
/// transaction. An announcement that ends by itself increments it too, although nothing is written
/// then: the version is the stored number plus the number of kept announcements that have ended by
/// themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveAnnouncements {
    /// The version that they share.
    pub version: u64,
    /// Oldest first.
    pub items: Vec<ActiveAnnouncement>,
    /// The current time by the store's clock, to compare the end times with.
    pub now: Timestamp,
}

impl ActiveAnnouncements {
    /// The announcements without their authors, as everyone sees them.
    #[must_use]
    pub fn news(self) -> News {
        let items = self.items.into_iter().map(|item| item.announcement);
        News {
            version: self.version,
            items: items.collect(),
        }
    }
}

/// Why an announcement was not made.
#[derive(Debug, thiserror::Error)]
pub enum AnnounceError {
    /// The maximum number of announcements is already active.
    #[error("{MAX_ANNOUNCEMENTS} announcements are active already")]
    TooMany,
    /// The store failed, and it is unknown whether the announcement was made. The same submission
    /// can be sent again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes and withdraws announcements. A change is durable before it is answered, and is then
/// published to the [`Feed`](crate::Feed).
#[async_trait]
pub trait Announcements: Send + Sync + 'static {
    /// Makes an announcement. For a key that was used before, returns the announcement made then.
    ///
    /// # Errors
    /// [`AnnounceError`].
    async fn announce(&self, new: NewAnnouncement) -> Result<Announcement, AnnounceError>;

    /// Withdraws an announcement. Returns whether it was active.
    async fn withdraw(&self, id: AnnouncementId, by: &StaffName) -> Result<bool, StoreError>;

    /// The active announcements, read from the database.
    async fn active(&self) -> Result<ActiveAnnouncements, StoreError>;
}

impl fmt::Debug for dyn Announcements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Announcements")
    }
}
