//! The bulletin: what the shop says to everybody, until when, and who has said it.
//!
//! It has a version, by which pages know what is newer ([`Topic::News`](crate::Topic)). An
//! announcement that is made or withdrawn adds one to it, in the same transaction. So does
//! one whose time has come, and nobody writes that down: the version is what was written,
//! and how many have ended since.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use shop::{Announcement, AnnouncementId, AnnouncementText, End, Key, News, StaffName, Timestamp};
use sqlx::FromRow;

use crate::{
    StoreError,
    rows::{large, timestamp},
};

/// So many are in force at once, at the most. Together they fit into one notification of
/// PostgreSQL's (8,000 bytes), and onto a small screen.
pub const MOST_IN_FORCE: usize = 3;

/// What is over is forgotten after this: who has said what to everybody is nobody's
/// business for ever.
pub(crate) const KEEP_OVER: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// An announcement that somebody wants to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAnnouncement {
    /// What it says.
    pub text: AnnouncementText,
    /// When it ends, by the store's clock.
    pub end: End,
    /// Who makes it.
    pub by: StaffName,
    /// Of this submission: sent again, it is the same announcement.
    pub key: Key,
}

/// An announcement in force, as those who make them see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// As everybody sees it.
    pub announcement: Announcement,
    /// Who has made it.
    pub by: StaffName,
    /// And when.
    pub made_at: Timestamp,
}

/// What is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// Which of two is newer.
    pub version: u64,
    /// The oldest first.
    pub posted: Vec<Posted>,
    /// The moment, by the store's clock: what the ends are to be compared with.
    pub now: Timestamp,
}

impl InForce {
    /// The same, as everybody is told it.
    #[must_use]
    pub fn news(self) -> News {
        let items = self.posted.into_iter().map(|posted| posted.announcement);
        News {
            version: self.version,
            items: items.collect(),
        }
    }
}

/// Why an announcement was not made.
#[derive(Debug, thiserror::Error)]
pub enum NotAnnounced {
    /// There are as many as can be shown.
    #[error("there are {MOST_IN_FORCE} announcements already")]
    TooMany,
    /// The store failed; whether it was made is not known. The same submission can be sent
    /// again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where announcements are made and withdrawn. Each change is durable when it is answered,
/// and published to the [`Feed`](crate::Feed) after it is durable.
#[async_trait]
pub trait Bulletin: Send + Sync + 'static {
    /// Makes an announcement. The same key again makes none: it returns the first.
    ///
    /// # Errors
    /// [`NotAnnounced`].
    async fn announce(&self, new: NewAnnouncement) -> Result<Announcement, NotAnnounced>;

    /// Withdraws one, for whoever does it. Returns whether it was in force until then.
    async fn withdraw(&self, id: AnnouncementId, by: &StaffName) -> Result<bool, StoreError>;

    /// What is in force now, read anew.
    async fn in_force(&self) -> Result<InForce, StoreError>;
}

impl fmt::Debug for dyn Bulletin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bulletin")
    }
}

/// The bulletin with an announcement that is in force, or with none where none is; as both
/// databases have it.
#[derive(FromRow)]
pub(crate) struct BulletinRow {
    version: i64,
    now: i64,
    #[sqlx(flatten)]
    posted: PostedRow,
}

#[derive(FromRow)]
struct PostedRow {
    number: Option<i64>,
    text: Option<String>,
    ends_at: Option<i64>,
    made_by: Option<String>,
    made_at: Option<i64>,
}

/// What these rows say together.
pub(crate) fn in_force(rows: Vec<BulletinRow>) -> Result<InForce, StoreError> {
    let first = rows.first();
    let first = first.ok_or_else(|| StoreError::Inconsistent("there is no bulletin".to_owned()))?;
    let (version, now) = (large(first.version)?, timestamp(first.now)?);
    let posted = rows.into_iter().filter_map(|row| row.posted.read());
    Ok(InForce {
        version,
        posted: posted.collect::<Result<_, _>>()?,
        now,
    })
}

impl PostedRow {
    fn read(self) -> Option<Result<Posted, StoreError>> {
        let announcement = announcement(self.number?, &self.text?, self.ends_at?);
        let (by, made_at) = (self.made_by?, timestamp(self.made_at?));
        Some(announcement.and_then(|announcement| {
            let by = by.parse();
            Ok(Posted {
                announcement,
                by: by.map_err(|_| StoreError::Inconsistent("nobody has that name".to_owned()))?,
                made_at: made_at?,
            })
        }))
    }
}

/// An announcement from its row's columns.
pub(crate) fn announcement(
    number: i64,
    text: &str,
    ends_at: i64,
) -> Result<Announcement, StoreError> {
    Ok(Announcement {
        id: AnnouncementId::from_number(large(number)?),
        text: text
            .parse()
            .map_err(|error| StoreError::Inconsistent(format!("announcement {number}: {error}")))?,
        until: timestamp(ends_at)?,
    })
}

/// The number of the announcement as SQL has it; one that is too large is none's.
pub(crate) fn number(id: AnnouncementId) -> i64 {
    i64::try_from(id.number()).unwrap_or(-1)
}
