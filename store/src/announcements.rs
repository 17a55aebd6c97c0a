//! Announcements: what the shop tells everybody, for how long, and who announced it.
//!
//! They have one version, by which pages know what is newer ([`Topic::News`](crate::Topic)).
//! Making or withdrawing an announcement adds one to it in the same transaction. So does an
//! announcement that ends by itself, although nothing is written then: the version is the
//! number that was written, plus how many announcements have ended since.

mod sql;

use std::fmt;

use async_trait::async_trait;
use shop::{
    Announcement, AnnouncementEnd, AnnouncementId, AnnouncementText, Key, News, StaffName,
    Timestamp,
};

pub(crate) use self::sql::{SqlAnnouncements, active};
use crate::StoreError;

/// How many can be active at once. Together they fit into one PostgreSQL notification
/// (8,000 bytes), and onto a small screen.
pub const MAX_ANNOUNCEMENTS: usize = 3;

/// An announcement to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAnnouncement {
    /// What it says.
    pub text: AnnouncementText,
    /// When it ends, by the store's clock.
    pub end: AnnouncementEnd,
    /// Who makes it.
    pub by: StaffName,
    /// The submission's key: submitted again, it is the same announcement.
    pub key: Key,
}

/// An active announcement, as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveAnnouncement {
    /// As everybody sees it.
    pub announcement: Announcement,
    /// Who made it.
    pub by: StaffName,
    /// When it was made.
    pub made_at: Timestamp,
}

/// All active announcements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveAnnouncements {
    /// Their version.
    pub version: u64,
    /// The oldest first.
    pub items: Vec<ActiveAnnouncement>,
    /// The moment, by the store's clock: what the ends are to be compared with.
    pub now: Timestamp,
}

impl ActiveAnnouncements {
    /// The same, as everybody is told it.
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
    /// As many as can be shown are active.
    #[error("{MAX_ANNOUNCEMENTS} announcements are active already")]
    TooMany,
    /// The store failed, and it is not known whether the announcement was made. The same
    /// submission can be sent again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes and withdraws announcements. A change is durable when it is answered, and is
/// published to the [`Feed`](crate::Feed) once it is durable.
#[async_trait]
pub trait Announcements: Send + Sync + 'static {
    /// Makes an announcement; for a key that was used before, returns the announcement
    /// that was made then.
    ///
    /// # Errors
    /// [`AnnounceError`].
    async fn announce(&self, new: NewAnnouncement) -> Result<Announcement, AnnounceError>;

    /// Withdraws an announcement. Returns whether it was active until then.
    async fn withdraw(&self, id: AnnouncementId, by: &StaffName) -> Result<bool, StoreError>;

    /// The active announcements, read from the database.
    async fn active(&self) -> Result<ActiveAnnouncements, StoreError>;
}

impl fmt::Debug for dyn Announcements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Announcements")
    }
}
