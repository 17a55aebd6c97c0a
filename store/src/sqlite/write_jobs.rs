//! Writes beside the batches, run by the batch executor: after a failed sync nothing may be
//! written until the file has been opened again.
//!
//! The executor runs a job between two batches: shoppers wait for as long as it takes.

use std::sync::Arc;

use shop::Timestamp;
use sqlx::SqliteConnection;
use tokio::sync::{mpsc, oneshot};

use crate::{StoreError, sql::JobFuture};

/// Jobs that may be queued. A caller waits until its job is done.
const QUEUE: usize = 16;

type Work =
    Box<dyn for<'c> FnOnce(&'c mut SqliteConnection, Timestamp) -> JobFuture<'c, ()> + Send>;

/// A piece of work with the connection that writes.
pub(super) struct WriteJob(Work);

/// Queues jobs for the batch executor.
#[derive(Clone)]
pub(super) struct WriteJobs(mpsc::Sender<WriteJob>);

/// The queue's two ends.
pub(super) fn write_jobs() -> (WriteJobs, mpsc::Receiver<WriteJob>) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    (WriteJobs(sender), receiver)
}

impl WriteJobs {
    /// Has a job done, and returns its result.
    ///
    /// # Errors
    /// What the job returns; [`StoreError::Busy`] when the shop is closing, and
    /// [`StoreError::Failed`] where it is not known whether it was done.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl for<'c> FnOnce(&'c mut SqliteConnection, Timestamp) -> JobFuture<'c, T>
        + Send
        + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let job = WriteJob(Box::new(move |connection, now| {
            Box::pin(async move {
                let outcome = job(connection, now).await;
                let failed = outcome.as_ref().err().map(StoreError::again);
                // The caller may be gone; the job is done all the same.
                let _ = reply.send(outcome);
                failed.map_or(Ok(()), Err)
            })
        }));
        let sent = self.0.send(job).await;
        sent.map_err(|_| StoreError::Busy)?;
        let gone = |_| StoreError::Failed(Arc::new(sqlx::Error::WorkerCrashed));
        answer.await.map_err(gone)?
    }
}

impl WriteJob {
    /// Does it.
    ///
    /// # Errors
    /// Where the connection may be at fault. A refusal is an answer like any other.
    pub(super) async fn run(
        self,
        connection: &mut SqliteConnection,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        match (self.0)(connection, now).await {
            Err(StoreError::Refused(_) | StoreError::Busy) => Ok(()),
            outcome => outcome,
        }
    }
}
