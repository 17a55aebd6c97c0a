//! Write jobs, which the batch executor runs between batches while shoppers wait.
//!
//! After a failed sync nothing may be written until the file has been reopened, so all writes go
//! through the executor.

use std::sync::Arc;

use shop::Timestamp;
use sqlx::SqliteConnection;
use tokio::sync::{mpsc, oneshot};

use crate::{StoreError, sql::JobFuture};

/// The most queued jobs. If the queue is full, a caller waits.
const QUEUE: usize = 16;

type Work =
    Box<dyn for<'c> FnOnce(&'c mut SqliteConnection, Timestamp) -> JobFuture<'c, ()> + Send>;

/// Work to be done with the writing connection.
pub(super) struct WriteJob(Work);

/// Queues jobs for the batch executor.
#[derive(Clone)]
pub(super) struct WriteJobs(mpsc::Sender<WriteJob>);

/// Creates the queue.
pub(super) fn write_jobs() -> (WriteJobs, mpsc::Receiver<WriteJob>) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    (WriteJobs(sender), receiver)
}

impl WriteJobs {
    /// Queues a job, and returns its result.
    ///
    /// # Errors
    /// The job's error; [`StoreError::Busy`] if the shop is closing; [`StoreError::Failed`] if it
    /// is unknown whether the job was done.
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
                let failed = outcome.as_ref().err().map(StoreError::duplicate);
                // The caller may be gone, but the job is done.
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
    /// Runs the job.
    ///
    /// # Errors
    /// Errors that the connection may have caused. A refusal is an ordinary result.
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
