//! The import worker: checks uploaded files, and applies those that the owner approves.

mod apply;
mod check;
mod covers;
mod jpeg;
mod pack;
mod packing;
mod picture;
mod pieces;

pub(crate) use packing::Packing;
pub(crate) use picture::cover as cover_of;
pub(crate) use pieces::digest;

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use shop::{Currency, ImportId};
use store::{
    Store, StoreError,
    imports::{Claim, ImportKind, ImportState, Imports, Verdict},
};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::outage::Outage;

/// A claim that is not extended for this long passes to another worker.
const LEASE: Duration = Duration::from_secs(30);
/// How often a claim is extended.
const RENEW_EVERY: Duration = Duration::from_secs(8);
/// How often the worker looks for imports that another instance has prepared.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often finished imports are cleaned up, and the pause between the steps of a clean-up.
const TIDY_EVERY: Duration = Duration::from_secs(60);
const BETWEEN_TIDYINGS: Duration = Duration::from_millis(25);
/// The pause after an error of the store.
const REST: Duration = Duration::from_secs(2);

/// The worker of one process.
///
/// Every process has one; the store assigns each import to one worker at a time. A worker reads a
/// file piece by piece, and holds no more than a piece and a few hundred rows in memory.
pub(crate) struct Worker {
    store: Arc<dyn Store>,
    imports: Arc<dyn Imports>,
    closing: CancellationToken,
}

/// Why a worker stops work on an import.
enum Stopped {
    /// The claim was lost, or the import cancelled.
    NotOurs,
    /// The shop is closing.
    Closing,
    /// The store has failed.
    Store(StoreError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Worker {
    /// The worker of a shop, if its store keeps imports.
    pub(crate) fn of(store: &Arc<dyn Store>, closing: &CancellationToken) -> Option<Self> {
        Some(Self {
            store: Arc::clone(store),
            imports: store.imports()?,
            closing: closing.clone(),
        })
    }

    /// Works until the shop closes.
    pub(crate) async fn work(&self) {
        let mut tidied: Option<Instant> = None;
        let mut outage = Outage::default();
        while !self.closing.is_cancelled() {
            let claimed = self.imports.claim(LEASE).await;
            if claimed.is_ok() {
                outage.is_over();
            }
            match claimed {
                Ok(Some(claim)) => {
                    let import = claim.import.id;
                    // Unwind safe: nothing that the work has changed in memory is used after a
                    // panic. The import is claimed again when the lease ends, up to a limit.
                    let work = AssertUnwindSafe(self.work_on(claim)).catch_unwind();
                    if work.await.is_err() {
                        tracing::error!(%import, "the work on an import has panicked");
                        self.rest().await;
                    }
                    // The file of this import may no longer be needed.
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
                    outage.report(&error, "cannot claim an import");
                    self.rest().await;
                }
            }
        }
    }

    async fn work_on(&self, claim: Claim) {
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
                    // The file may be the cause: the claim expires by itself, and counts as an
                    // attempt.
                    _ => return,
                }
            }
        };
        tracing::info!(%import, ?verdict, "the work on an import has ended");
        if let Err(error) = self.imports.settle(&claim, verdict).await {
            // The claim expires by itself, and the next worker reaches the same result.
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, %import, "cannot record the result of an import");
        }
    }

    async fn tidy(&self) {
        loop {
            match self.imports.tidy().await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    // The next clean-up is in a minute.
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "cannot clean up finished imports");
                    return;
                }
            }
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

    /// The shop's currency. It does not change while an import is applied.
    fn currency(&self) -> Currency {
        self.store.owner_settings().current().profile.currency()
    }

    fn stop_if_closing(&self) -> Result<(), Stopped> {
        match self.closing.is_cancelled() {
            true => Err(Stopped::Closing),
            false => Ok(()),
        }
    }
}

fn report(error: &StoreError, import: ImportId) {
    let error = error as &dyn std::error::Error;
    tracing::error!(error, %import, "cannot continue an import for now");
}

/// A claim, and when it was last extended.
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

    /// Extends the claim if it is time.
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
