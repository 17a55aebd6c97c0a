//! SQL for imports.

/// Pictures.
pub(crate) mod covers;
/// The imports and books of a batch.
pub(crate) mod deliveries;
/// Earlier stock movements, and imports of the same file.
mod history;
/// Uploading a file, and deleting finished imports.
mod uploads;
/// Checking and applying.
mod work;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{ImportBatch, ImportId, LineResult, Slug, StaffName, Timestamp};
use tokio::sync::Notify;

use self::covers::Hung;
use super::{
    Appended, Called, Claim, CoverImage, FoundKind, Import, ImportTrouble, Imports, NewCover,
    NewImport, Phase, RowFinding, Tally, Verdict,
};
use crate::{
    Change, Feed, StoreError,
    feed::Publish,
    sql::{Backend, query},
};

/// Imports, for both databases.
pub(crate) struct SqlImports<B> {
    pub(crate) backend: B,
    /// Notified when this instance has made an import ready for a worker.
    pub(crate) work_available: Arc<Notify>,
    feed: Arc<Feed>,
    /// Called with each change after its commit.
    publish: Publish,
}

impl<B> SqlImports<B> {
    pub(crate) fn new(backend: B, feed: Arc<Feed>, publish: Publish) -> Self {
        Self {
            backend,
            feed,
            work_available: Arc::default(),
            publish,
        }
    }

    fn notify_if(&self, available: bool) -> bool {
        if available {
            self.work_available.notify_one();
        }
        available
    }
}

#[async_trait]
impl<B: Backend> Imports for SqlImports<B> {
    async fn begin(&self, new: NewImport) -> Result<Option<Import>, StoreError> {
        self.backend
            .write(move |connection, now| Box::pin(uploads::begin(connection, now, new)))
            .await
    }

    async fn import(&self, id: ImportId) -> Result<Option<Import>, StoreError> {
        let reading = async { uploads::import(&mut *self.backend.reader().await?, id).await };
        self.backend.in_time(reading).await
    }

    async fn imports(&self, most: u32) -> Result<Vec<Import>, StoreError> {
        let reading = async { uploads::imports(&mut *self.backend.reader().await?, most).await };
        self.backend.in_time(reading).await
    }

    async fn applied_before(&self, import: &Import) -> Result<Option<Timestamp>, StoreError> {
        let reading = async {
            let connection = &mut *self.backend.reader().await?;
            uploads::applied_before(connection, import.id, import.digest).await
        };
        self.backend.in_time(reading).await
    }

    async fn take_over(&self, id: ImportId, sender: u32) -> Result<Option<u64>, StoreError> {
        self.backend
            .write(move |connection, _| Box::pin(uploads::take_over(connection, id, sender)))
            .await
    }

    async fn append(
        &self,
        id: ImportId,
        sender: u32,
        start: u64,
        bytes: Vec<u8>,
    ) -> Result<Appended, StoreError> {
        self.backend
            .write(move |connection, now| {
                Box::pin(uploads::append(connection, now, id, sender, start, bytes))
            })
            .await
    }

    async fn piece(&self, id: ImportId, start: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let reading = async {
            let connection = &mut *self.backend.reader().await?;
            uploads::piece(connection, id, start).await
        };
        self.backend.in_time(reading).await
    }

    async fn received(&self, id: ImportId, digest: [u8; 32]) -> Result<bool, StoreError> {
        let whole = self
            .backend
            .write(move |connection, now| Box::pin(uploads::received(connection, now, id, digest)))
            .await?;
        Ok(self.notify_if(whole))
    }

    async fn spoilt(&self, id: ImportId) -> Result<bool, StoreError> {
        self.backend
            .write(move |connection, now| Box::pin(uploads::spoilt(connection, now, id)))
            .await
    }

    async fn check_again(&self, id: ImportId, counts_again: bool) -> Result<bool, StoreError> {
        let begun = self
            .backend
            .write(move |connection, now| {
                Box::pin(work::check_again(connection, now, id, counts_again))
            })
            .await?;
        Ok(self.notify_if(begun))
    }

    async fn apply(&self, id: ImportId, by: &StaffName) -> Result<bool, StoreError> {
        let by = by.clone();
        let begun = self
            .backend
            .write(move |connection, now| Box::pin(work::apply(connection, now, id, by)))
            .await?;
        Ok(self.notify_if(begun))
    }

    async fn cancel(&self, id: ImportId, by: &StaffName) -> Result<bool, StoreError> {
        let by = by.clone();
        self.backend
            .write(move |connection, now| Box::pin(work::cancel(connection, now, id, by)))
            .await
    }

    async fn claim(&self, lease: Duration) -> Result<Option<Claim>, StoreError> {
        // Usually there is nothing to do, and a read is enough to find that out.
        let looking = async {
            let connection = &mut *self.backend.reader().await?;
            query(
                "select exists (select 1 from import_job where state in ('checking', 'applying'))",
            )
            .fetch_scalar(connection)
            .await
        };
        let any: bool = self.backend.in_time(looking).await?;
        if !any {
            return Ok(None);
        }
        self.backend
            .write(move |connection, now| Box::pin(work::claim(connection, now, lease)))
            .await
    }

    async fn note(
        &self,
        claim: &Claim,
        lease: Duration,
        upto: u32,
        tally: Tally,
        findings: Vec<RowFinding>,
    ) -> Result<bool, StoreError> {
        let claim = claim.clone();
        self.backend
            .write(move |connection, now| {
                Box::pin(work::note(
                    connection, now, claim, lease, upto, tally, findings,
                ))
            })
            .await
    }

    async fn renew(&self, claim: &Claim, lease: Duration) -> Result<bool, StoreError> {
        let claim = claim.clone();
        self.backend
            .write(move |connection, now| Box::pin(work::renew(connection, now, claim, lease)))
            .await
    }

    async fn settle(&self, claim: &Claim, verdict: Verdict) -> Result<bool, StoreError> {
        let claim = claim.clone();
        let unfinished = matches!(verdict, Verdict::Unfinished);
        let settled = self
            .backend
            .write(move |connection, now| Box::pin(work::settle(connection, now, claim, verdict)))
            .await?;
        self.notify_if(settled && unfinished);
        Ok(settled)
    }

    async fn rehearse(&self, delivery: ImportBatch) -> Result<Vec<LineResult>, StoreError> {
        let reading = async {
            let connection = &mut *self.backend.reader().await?;
            deliveries::rehearse(connection, delivery).await
        };
        self.backend.in_time(reading).await
    }

    async fn findings(
        &self,
        id: ImportId,
        phase: Phase,
        kind: FoundKind,
        from: u32,
        most: u32,
    ) -> Result<Vec<RowFinding>, StoreError> {
        let reading = async {
            let connection = &mut *self.backend.reader().await?;
            work::findings(connection, id, phase, kind, from, most).await
        };
        self.backend.in_time(reading).await
    }

    async fn books_called(&self, names: Vec<String>) -> Result<Vec<Called>, StoreError> {
        let reading = async {
            let connection = &mut *self.backend.reader().await?;
            covers::books_called(connection, names).await
        };
        self.backend.in_time(reading).await
    }

    async fn hang(
        &self,
        claim: &Claim,
        upto: u32,
        book: Slug,
        cover: NewCover,
    ) -> Result<bool, StoreError> {
        let (claim, publish) = (claim.clone(), Arc::clone(&self.publish));
        let epoch = self.feed.epoch();
        // The job publishes the change itself, because the caller may stop waiting for it.
        self.backend
            .write(move |connection, now| {
                Box::pin(async move {
                    let hung = covers::hang(connection, now, claim, upto, book, cover).await?;
                    let is_ours = !matches!(hung, Hung::NotOurs);
                    if let Hung::Set(level) = hung {
                        publish(&epoch, Change::Level(level));
                    }
                    Ok(is_ours)
                })
            })
            .await
    }

    async fn pass(&self, claim: &Claim, upto: u32, tally: Tally) -> Result<bool, StoreError> {
        let claim = claim.clone();
        self.backend
            .write(move |connection, now| Box::pin(work::pass(connection, now, claim, upto, tally)))
            .await
    }

    async fn cover(&self, book: &Slug, small: bool) -> Result<Option<CoverImage>, StoreError> {
        let reading = async {
            let connection = &mut *self.backend.reader().await?;
            covers::cover(connection, book, small).await
        };
        self.backend.in_time(reading).await
    }

    async fn tidy(&self) -> Result<bool, StoreError> {
        // Look first: even a write that changes nothing delays other writes.
        let looking = async {
            let connection = &mut *self.backend.reader().await?;
            query("select exists (select 1 from import_job)")
                .fetch_scalar(connection)
                .await
        };
        let any: bool = self.backend.in_time(looking).await?;
        if !any {
            return Ok(false);
        }
        self.backend
            .write(move |connection, now| Box::pin(uploads::tidy(connection, now)))
            .await
    }

    async fn work_available(&self) {
        self.work_available.notified().await;
    }
}

/// The columns of an import. They are named, so that a prepared statement still fits after a newer
/// instance has migrated the table.
macro_rules! columns {
    () => {
        " id, kind, name, size, who, created_at, state, received, digest, trouble, last_row, upto,
          added, changed, unchanged, refused,
          was_added, was_changed, was_unchanged, was_refused, claims, counts_again "
    };
}
use columns;

/// An import's failure as it is stored.
fn trouble_json(trouble: &ImportTrouble) -> String {
    serde_json::to_string(trouble).expect("a trouble is plain data")
}
