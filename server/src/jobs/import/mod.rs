//! The import worker: checks files that were uploaded, and applies those that the owner approves.
//!
//! There is one in every process; the store gives each import to one of them at a time. A worker
//! reads a file piece by piece, and holds no more than a piece and a few hundred rows in memory.

mod apply;
mod check;
mod covers;
mod jpeg;
mod pack;
mod packing;
mod picture;
mod pieces;

pub(crate) use packing::Packing;
pub(crate) use pieces::digest;

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use shop::ImportId;
use store::{
    Store, StoreError,
    imports::{Claim, ImportKind, ImportState, Imports, Verdict},
};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// Another worker may go on with what this one has not been heard of for so long.
const LEASE: Duration = Duration::from_secs(30);
/// A claim is extended this often.
const RENEW_EVERY: Duration = Duration::from_secs(8);
/// Another instance may have made something ready: this often it is looked for.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// What is over is cleared away this often, and then a little at a time.
const TIDY_EVERY: Duration = Duration::from_secs(60);
const BETWEEN_TIDYINGS: Duration = Duration::from_millis(25);
/// After a failure of the store it rests for so long.
const REST: Duration = Duration::from_secs(2);

/// One worker.
pub(crate) struct Worker {
    store: Arc<dyn Store>,
    imports: Arc<dyn Imports>,
    closing: CancellationToken,
}

/// Why a worker has put an import down.
enum Stopped {
    /// It is somebody else's by now, or was called off.
    NotOurs,
    /// The shop closes.
    Closing,
    /// The store does not answer as it should.
    Store(StoreError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Worker {
    /// The worker of a shop; none where its store keeps no imports.
    pub(crate) fn of(store: &Arc<dyn Store>, closing: &CancellationToken) -> Option<Self> {
        Some(Self {
            store: Arc::clone(store),
            imports: store.imports()?,
            closing: closing.clone(),
        })
    }

    /// Works until the shop closes.
    pub(crate) async fn work(self) {
        let mut tidied: Option<Instant> = None;
        while !self.closing.is_cancelled() {
            match self.imports.claim(LEASE).await {
                Ok(Some(claim)) => {
                    let import = claim.import.id;
                    // Nothing of it is used after it has panicked. It is claimed again when
                    // the lease is over, and so often and no more.
                    let going_on = AssertUnwindSafe(self.go_on_with(claim)).catch_unwind();
                    if going_on.await.is_err() {
                        tracing::error!(%import, "the work on an import broke off");
                        self.rest().await;
                    }
                    // Its file may not be needed any more.
                    tidied = None;
                }
                Ok(None) => {
                    if tidied.is_none_or(|at| at.elapsed() >= TIDY_EVERY) {
                        self.tidy().await;
                        tidied = Some(Instant::now());
                    }
                    tokio::select! {
                        () = self.imports.work_available() => {}
                        () = sleep(LOOK_EVERY) => {}
                        () = self.closing.cancelled() => {}
                    }
                }
                Err(error) => {
                    // The store has said what is wrong with it.
                    tracing::debug!(%error, "no import can be claimed");
                    self.rest().await;
                }
            }
        }
    }

    async fn go_on_with(&self, claim: Claim) {
        let import = claim.import.id;
        let outcome = match claim.import.state {
            ImportState::Applying => match claim.import.kind {
                ImportKind::Books => self.apply(&claim).await,
                ImportKind::Covers => self.apply_covers(&claim).await,
            },
            _ => match claim.import.kind {
                ImportKind::Books => self.check(&claim).await,
                ImportKind::Covers => self.check_covers(&claim).await,
            },
        };
        let verdict = match outcome {
            Ok(verdict) => verdict,
            Err(Stopped::NotOurs) => return,
            Err(Stopped::Closing) => Verdict::Unfinished,
            Err(Stopped::Store(error)) => {
                report(&error, import);
                self.rest().await;
                match error {
                    StoreError::Busy | StoreError::DiskFull => Verdict::Unfinished,
                    // It may be the file: the claim is left to end by itself, and counts.
                    _ => return,
                }
            }
        };
        tracing::info!(%import, ?verdict, "an import was worked on");
        if let Err(error) = self.imports.settle(&claim, verdict).await {
            // The claim ends by itself, and whoever goes on comes to the same end.
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, %import, "what was done cannot be noted");
        }
    }

    async fn tidy(&self) {
        while let Ok(true) = self.imports.tidy().await {
            tokio::select! {
                () = sleep(BETWEEN_TIDYINGS) => {}
                () = self.closing.cancelled() => return,
            }
        }
    }

    async fn rest(&self) {
        tokio::select! {
            () = sleep(REST) => {}
            () = self.closing.cancelled() => {}
        }
    }

    fn go_on(&self) -> Result<(), Stopped> {
        match self.closing.is_cancelled() {
            true => Err(Stopped::Closing),
            false => Ok(()),
        }
    }
}

fn report(error: &StoreError, import: ImportId) {
    let error = error as &dyn std::error::Error;
    tracing::error!(error, %import, "an import has come no further for now");
}

/// When a claim was last extended.
struct Lease<'a> {
    imports: &'a dyn Imports,
    claim: &'a Claim,
    renewed: Instant,
}

impl<'a> Lease<'a> {
    fn new(imports: &'a dyn Imports, claim: &'a Claim) -> Self {
        Self {
            imports,
            claim,
            renewed: Instant::now(),
        }
    }

    /// Extends the claim where it is time to.
    async fn keep(&mut self) -> Result<(), Stopped> {
        if self.renewed.elapsed() < RENEW_EVERY {
            return Ok(());
        }
        if !self.imports.renew(self.claim, LEASE).await? {
            return Err(Stopped::NotOurs);
        }
        self.renewed = Instant::now();
        Ok(())
    }
}
