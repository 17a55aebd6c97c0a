//! What is written beside the commands, by the one task that writes: after a sync that has
//! failed nobody may write before the file was opened again.
//!
//! An errand is a piece of work with the connection. It is one turn of the task, between
//! two batches: shoppers wait for as long as it lasts.

use std::{future::Future, pin::Pin, sync::Arc};

use shop::Timestamp;
use sqlx::SqliteConnection;
use tokio::sync::{mpsc, oneshot};

use crate::StoreError;

/// Errands that may wait. Whoever has one waits until it is done.
const QUEUE: usize = 16;

/// Work with the connection, for as long as it has it.
pub(super) type Turn<'c, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'c>>;

type Work = Box<dyn for<'c> FnOnce(&'c mut SqliteConnection, Timestamp) -> Turn<'c, ()> + Send>;

/// Something that is to be written.
pub(super) struct Errand(Work);

/// Whoever has errands.
#[derive(Clone)]
pub(super) struct Errands(mpsc::Sender<Errand>);

/// Both ends.
pub(super) fn errands() -> (Errands, mpsc::Receiver<Errand>) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    (Errands(sender), receiver)
}

impl Errands {
    /// Has it done, with the connection and the moment, and returns what came of it.
    ///
    /// # Errors
    /// What the work returns; [`StoreError::Busy`] when the shop is closing, and
    /// [`StoreError::Failed`] where it is not known whether it was done.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl for<'c> FnOnce(&'c mut SqliteConnection, Timestamp) -> Turn<'c, T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let errand = Errand(Box::new(move |connection, now| {
            Box::pin(async move {
                let outcome = work(connection, now).await;
                let failed = outcome.as_ref().err().map(StoreError::again);
                // Whoever asked may have left; what is done is done.
                let _ = reply.send(outcome);
                failed.map_or(Ok(()), Err)
            })
        }));
        let sent = self.0.send(errand).await;
        sent.map_err(|_| StoreError::Busy)?;
        let gone = |_| StoreError::Failed(Arc::new(sqlx::Error::WorkerCrashed));
        answer.await.map_err(gone)?
    }
}

impl Errand {
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
