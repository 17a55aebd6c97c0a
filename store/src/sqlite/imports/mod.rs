//! Imports in the embedded store: read beside the writer, written by the one task that
//! writes.

mod deliver;
mod statements;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{Delivery, ImportId, Landing, Slug, Timestamp};
use sqlx::SqlitePool;
use tokio::sync::Notify;

use super::errands::{Errands, Turn};
use crate::{
    StoreError,
    imports::{
        Appended, Called, Claim, CoverImage, FoundKind, Import, Imports, NewCover, NewImport,
        Phase, RowFinding, Tally, Verdict,
    },
};
pub(super) use deliver::{load, save};

/// Imports as the one process has them.
pub(super) struct Receiving {
    pub(super) reads: SqlitePool,
    pub(super) errands: Errands,
    /// Rung when something may be worked on.
    pub(super) bell: Arc<Notify>,
}

/// One turn of the writing task.
macro_rules! turn {
    ($self:ident, |$connection:ident, $now:ident| $work:expr) => {
        $self
            .errands
            .run(move |$connection, $now| -> Turn<'_, _> { Box::pin($work) })
            .await
    };
}

impl Receiving {
    fn ring_if(&self, so: bool) -> bool {
        if so {
            self.bell.notify_one();
        }
        so
    }
}

#[async_trait]
impl Imports for Receiving {
    async fn begin(&self, new: NewImport) -> Result<Option<Import>, StoreError> {
        turn!(self, |connection, now| statements::begin(
            connection, now, new
        ))
    }

    async fn import(&self, id: ImportId) -> Result<Option<Import>, StoreError> {
        statements::import(&mut *self.reads.acquire().await?, id).await
    }

    async fn imports(&self, most: u32) -> Result<Vec<Import>, StoreError> {
        statements::imports(&mut *self.reads.acquire().await?, most).await
    }

    async fn applied_before(&self, import: &Import) -> Result<Option<Timestamp>, StoreError> {
        let connection = &mut *self.reads.acquire().await?;
        statements::applied_before(connection, import.id, import.digest).await
    }

    async fn take_over(&self, id: ImportId, sender: u32) -> Result<Option<u64>, StoreError> {
        turn!(self, |connection, _now| statements::take_over(
            connection, id, sender
        ))
    }

    async fn append(
        &self,
        id: ImportId,
        sender: u32,
        start: u64,
        bytes: Vec<u8>,
    ) -> Result<Appended, StoreError> {
        turn!(self, |connection, now| statements::append(
            connection, now, id, sender, start, bytes
        ))
    }

    async fn piece(&self, id: ImportId, start: u64) -> Result<Option<Vec<u8>>, StoreError> {
        statements::piece(&mut *self.reads.acquire().await?, id, start).await
    }

    async fn received(&self, id: ImportId, digest: [u8; 32]) -> Result<bool, StoreError> {
        let whole = turn!(self, |connection, now| statements::received(
            connection, now, id, digest
        ))?;
        Ok(self.ring_if(whole))
    }

    async fn spoilt(&self, id: ImportId) -> Result<bool, StoreError> {
        turn!(self, |connection, now| statements::spoilt(
            connection, now, id
        ))
    }

    async fn check_again(&self, id: ImportId, counts_again: bool) -> Result<bool, StoreError> {
        let begun = turn!(self, |connection, now| statements::check_again(
            connection,
            now,
            id,
            counts_again
        ))?;
        Ok(self.ring_if(begun))
    }

    async fn apply(&self, id: ImportId) -> Result<bool, StoreError> {
        let begun = turn!(self, |connection, now| statements::apply(
            connection, now, id
        ))?;
        Ok(self.ring_if(begun))
    }

    async fn cancel(&self, id: ImportId) -> Result<bool, StoreError> {
        turn!(self, |connection, now| statements::cancel(
            connection, now, id
        ))
    }

    async fn claim(&self, lease: Duration) -> Result<Option<Claim>, StoreError> {
        // Mostly there is none, and then nobody who writes is troubled.
        let any: bool = sqlx::query_scalar(
            "select exists (select 1 from import_job where state in ('checking', 'applying'))",
        )
        .fetch_one(&self.reads)
        .await?;
        if !any {
            return Ok(None);
        }
        turn!(self, |connection, now| statements::claim(
            connection, now, lease
        ))
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
        turn!(self, |connection, now| statements::note(
            connection, now, claim, lease, upto, tally, findings
        ))
    }

    async fn renew(&self, claim: &Claim, lease: Duration) -> Result<bool, StoreError> {
        let claim = claim.clone();
        turn!(self, |connection, now| statements::renew(
            connection, now, claim, lease
        ))
    }

    async fn settle(&self, claim: &Claim, verdict: Verdict) -> Result<bool, StoreError> {
        let claim = claim.clone();
        let again = matches!(verdict, Verdict::Unfinished);
        let settled = turn!(self, |connection, now| statements::settle(
            connection, now, claim, verdict
        ))?;
        self.ring_if(settled && again);
        Ok(settled)
    }

    async fn rehearse(&self, delivery: Delivery) -> Result<Vec<Landing>, StoreError> {
        let connection = &mut *self.reads.acquire().await?;
        deliver::rehearsal(connection, delivery).await
    }

    async fn findings(
        &self,
        id: ImportId,
        phase: Phase,
        kind: FoundKind,
        from: u32,
        most: u32,
    ) -> Result<Vec<RowFinding>, StoreError> {
        let connection = &mut *self.reads.acquire().await?;
        statements::findings(connection, id, phase, kind, from, most).await
    }

    async fn books_called(&self, names: Vec<String>) -> Result<Vec<Called>, StoreError> {
        statements::books_called(&mut *self.reads.acquire().await?, names).await
    }

    async fn hang(
        &self,
        claim: &Claim,
        upto: u32,
        book: Slug,
        cover: NewCover,
    ) -> Result<bool, StoreError> {
        let claim = claim.clone();
        turn!(self, |connection, now| statements::hang(
            connection, now, claim, upto, book, cover
        ))
    }

    async fn pass(&self, claim: &Claim, upto: u32, tally: Tally) -> Result<bool, StoreError> {
        let claim = claim.clone();
        turn!(self, |connection, now| statements::pass(
            connection, now, claim, upto, tally
        ))
    }

    async fn cover(&self, book: &Slug, small: bool) -> Result<Option<CoverImage>, StoreError> {
        statements::cover(&mut *self.reads.acquire().await?, book, small).await
    }

    async fn tidy(&self) -> Result<bool, StoreError> {
        // A look first: a turn that does nothing still costs whoever waits for theirs.
        let none: bool = sqlx::query_scalar("select not exists (select 1 from import_job)")
            .fetch_one(&self.reads)
            .await?;
        if none {
            return Ok(false);
        }
        turn!(self, |connection, now| statements::tidy(connection, now))
    }

    async fn rung(&self) {
        self.bell.notified().await;
    }
}
