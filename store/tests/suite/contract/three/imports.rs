//! The imports of several instances, in turn.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::future::select_all;
use shop::{ImportBatch, ImportId, LineResult, Slug, StaffName, Timestamp};
use store::{
    StoreError,
    imports::{
        Appended, Called, Claim, CoverImage, FoundKind, Import, Imports, NewCover, NewImport,
        Phase, RowFinding, Tally, Verdict,
    },
};

/// Each call about imports goes to the next instance.
pub(super) struct ImportsInTurn(pub(super) Vec<Arc<dyn Imports>>, pub(super) AtomicUsize);

impl ImportsInTurn {
    fn next(&self) -> &Arc<dyn Imports> {
        &self.0[self.1.fetch_add(1, Relaxed) % self.0.len()]
    }
}

#[async_trait]
impl Imports for ImportsInTurn {
    async fn begin(&self, new: NewImport) -> Result<Option<Import>, StoreError> {
        self.next().begin(new).await
    }

    async fn import(&self, id: ImportId) -> Result<Option<Import>, StoreError> {
        self.next().import(id).await
    }

    async fn imports(&self, most: u32) -> Result<Vec<Import>, StoreError> {
        self.next().imports(most).await
    }

    async fn applied_before(&self, import: &Import) -> Result<Option<Timestamp>, StoreError> {
        self.next().applied_before(import).await
    }

    async fn take_over(&self, id: ImportId, sender: u32) -> Result<Option<u64>, StoreError> {
        self.next().take_over(id, sender).await
    }

    async fn append(
        &self,
        id: ImportId,
        sender: u32,
        start: u64,
        bytes: Vec<u8>,
    ) -> Result<Appended, StoreError> {
        self.next().append(id, sender, start, bytes).await
    }

    async fn piece(&self, id: ImportId, start: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.next().piece(id, start).await
    }

    async fn received(&self, id: ImportId, digest: [u8; 32]) -> Result<bool, StoreError> {
        self.next().received(id, digest).await
    }

    async fn spoilt(&self, id: ImportId) -> Result<bool, StoreError> {
        self.next().spoilt(id).await
    }

    async fn check_again(&self, id: ImportId, counts_again: bool) -> Result<bool, StoreError> {
        self.next().check_again(id, counts_again).await
    }

    async fn apply(&self, id: ImportId, by: &StaffName) -> Result<bool, StoreError> {
        self.next().apply(id, by).await
    }

    async fn cancel(&self, id: ImportId, by: &StaffName) -> Result<bool, StoreError> {
        self.next().cancel(id, by).await
    }

    async fn claim(&self, lease: Duration) -> Result<Option<Claim>, StoreError> {
        self.next().claim(lease).await
    }

    async fn note(
        &self,
        claim: &Claim,
        lease: Duration,
        upto: u32,
        tally: Tally,
        findings: Vec<RowFinding>,
    ) -> Result<bool, StoreError> {
        self.next().note(claim, lease, upto, tally, findings).await
    }

    async fn renew(&self, claim: &Claim, lease: Duration) -> Result<bool, StoreError> {
        self.next().renew(claim, lease).await
    }

    async fn settle(&self, claim: &Claim, verdict: Verdict) -> Result<bool, StoreError> {
        self.next().settle(claim, verdict).await
    }

    async fn rehearse(&self, batch: ImportBatch) -> Result<Vec<LineResult>, StoreError> {
        self.next().rehearse(batch).await
    }

    async fn findings(
        &self,
        id: ImportId,
        phase: Phase,
        kind: FoundKind,
        from: u32,
        most: u32,
    ) -> Result<Vec<RowFinding>, StoreError> {
        self.next().findings(id, phase, kind, from, most).await
    }

    async fn books_called(&self, names: Vec<String>) -> Result<Vec<Called>, StoreError> {
        self.next().books_called(names).await
    }

    async fn hang(
        &self,
        claim: &Claim,
        upto: u32,
        book: Slug,
        cover: NewCover,
    ) -> Result<bool, StoreError> {
        self.next().hang(claim, upto, book, cover).await
    }

    async fn pass(&self, claim: &Claim, upto: u32, tally: Tally) -> Result<bool, StoreError> {
        self.next().pass(claim, upto, tally).await
    }

    async fn cover(&self, book: &Slug, small: bool) -> Result<Option<CoverImage>, StoreError> {
        self.next().cover(book, small).await
    }

    async fn tidy(&self) -> Result<bool, StoreError> {
        self.next().tidy().await
    }

    async fn work_available(&self) {
        select_all(self.0.iter().map(|one| one.work_available())).await;
    }
}
