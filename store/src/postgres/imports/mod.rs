//! Imports of many instances: whichever answers goes on with an upload, whichever is free
//! works on what has arrived.

mod deliver;
mod statements;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{Delivery, ImportId, Landing, Slug, Timestamp};
use sqlx::{PgConnection, PgPool};
use tokio::sync::Notify;

use super::in_time;
use crate::{
    StoreError,
    imports::{
        Appended, Called, Claim, CoverImage, FoundKind, Import, Imports, NewCover, NewImport,
        Phase, RowFinding, Tally, Verdict,
    },
    rows,
};
pub(super) use deliver::{load, one_at_a_time, save_books, save_progress};

/// Imports as one instance has them.
pub(super) struct Receiving {
    pub(super) pool: PgPool,
    /// Rung when this instance has made something ready to be worked on.
    pub(super) bell: Arc<Notify>,
}

async fn now(connection: &mut PgConnection) -> Result<Timestamp, StoreError> {
    let now: i64 = sqlx::query_scalar("select shop_now()")
        .fetch_one(connection)
        .await?;
    rows::timestamp(now)
}

/// With a connection and the database's moment, in good time.
macro_rules! turn {
    ($self:ident, |$connection:ident, $now:ident| $work:expr) => {
        in_time(async {
            let $connection = &mut *$self.pool.acquire().await?;
            let $now = now($connection).await?;
            $work.await
        })
        .await
    };
    ($self:ident, |$connection:ident| $work:expr) => {
        in_time(async {
            let $connection = &mut *$self.pool.acquire().await?;
            $work.await
        })
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
        turn!(self, |connection| statements::import(connection, id))
    }

    async fn imports(&self, most: u32) -> Result<Vec<Import>, StoreError> {
        turn!(self, |connection| statements::imports(connection, most))
    }

    async fn applied_before(&self, import: &Import) -> Result<Option<Timestamp>, StoreError> {
        let (id, digest) = (import.id, import.digest);
        turn!(self, |connection| statements::applied_before(
            connection, id, digest
        ))
    }

    async fn take_over(&self, id: ImportId, sender: u32) -> Result<Option<u64>, StoreError> {
        turn!(self, |connection| statements::take_over(
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
        turn!(self, |connection| statements::piece(connection, id, start))
    }

    async fn received(&self, id: ImportId, digest: [u8; 32]) -> Result<bool, StoreError> {
        let whole = turn!(self, |connection, now| statements::received(
            connection, now, id, digest
        ));
        Ok(self.ring_if(whole?))
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
        ));
        Ok(self.ring_if(begun?))
    }

    async fn apply(&self, id: ImportId) -> Result<bool, StoreError> {
        let begun = turn!(self, |connection, now| statements::apply(
            connection, now, id
        ));
        Ok(self.ring_if(begun?))
    }

    async fn cancel(&self, id: ImportId) -> Result<bool, StoreError> {
        turn!(self, |connection, now| statements::cancel(
            connection, now, id
        ))
    }

    async fn claim(&self, lease: Duration) -> Result<Option<Claim>, StoreError> {
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
        turn!(self, |connection| deliver::rehearsal(connection, delivery))
    }

    async fn findings(
        &self,
        id: ImportId,
        phase: Phase,
        kind: FoundKind,
        from: u32,
        most: u32,
    ) -> Result<Vec<RowFinding>, StoreError> {
        turn!(self, |connection| statements::findings(
            connection, id, phase, kind, from, most
        ))
    }

    async fn books_called(&self, names: Vec<String>) -> Result<Vec<Called>, StoreError> {
        turn!(self, |connection| statements::books_called(
            connection, names
        ))
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
        turn!(self, |connection| statements::cover(
            connection, book, small
        ))
    }

    async fn tidy(&self) -> Result<bool, StoreError> {
        turn!(self, |connection, now| statements::tidy(connection, now))
    }

    async fn rung(&self) {
        self.bell.notified().await;
    }
}
