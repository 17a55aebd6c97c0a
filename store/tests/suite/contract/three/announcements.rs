//! The announcements of several instances, in turn.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use async_trait::async_trait;
use shop::{Announcement, AnnouncementId, StaffName};
use store::{ActiveAnnouncements, AnnounceError, Announcements, NewAnnouncement, StoreError};

/// Each call about announcements goes to the next instance.
pub(super) struct AnnouncementsInTurn(
    pub(super) Vec<Arc<dyn Announcements>>,
    pub(super) AtomicUsize,
);

impl AnnouncementsInTurn {
    fn next(&self) -> &Arc<dyn Announcements> {
        &self.0[self.1.fetch_add(1, Relaxed) % self.0.len()]
    }
}

#[async_trait]
impl Announcements for AnnouncementsInTurn {
    async fn announce(&self, new: NewAnnouncement) -> Result<Announcement, AnnounceError> {
        self.next().announce(new).await
    }

    async fn withdraw(&self, id: AnnouncementId, by: &StaffName) -> Result<bool, StoreError> {
        self.next().withdraw(id, by).await
    }

    async fn active(&self) -> Result<ActiveAnnouncements, StoreError> {
        self.next().active().await
    }
}
