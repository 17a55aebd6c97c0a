//! The one task that writes: load, decide, save, commit, then publish and answer.
//!
//! It takes all waiting commands into one transaction, so that a hot title costs one sync to
//! disk for hundreds of shoppers, not one for each. Nothing is answered or published before
//! the commit. A shopper who leaves in the middle leaves nothing half done: the task goes on.
//!
//! It also wakes by itself when a hold ends. How a batch is kept is up to each store's
//! [`BatchExecutor`].

use std::{
    future::pending,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use shop::{Changes, Command, Done, Refusal, ShopperId};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
    time::sleep,
};

use crate::{Change, StoreError};

/// Commands that may wait; beyond it the answer is “busy”, at once. At ten
/// thousand a second this is less than half a second of patience.
const QUEUE: usize = 4_096;
/// What ends by itself is looked for this often while it may be, so that an end
/// is noticed well within a second however the clock moves.
pub(crate) const LOOK_AT_CLOCK: Duration = Duration::from_millis(250);
/// How often what is no longer needed is cleared away.
pub(crate) const TIDY_EVERY: Duration = Duration::from_secs(60);
/// Answers to submissions are kept for twice the day that is promised.
pub(crate) const KEEP_ANSWERS: Duration = Duration::from_secs(48 * 60 * 60);

/// Runs batches of commands in a store's database.
pub(crate) trait BatchExecutor: Send + 'static {
    /// A write beside the batches, by the same connection.
    type WriteJob: Send;

    /// Waits for the next job. Cancelling the wait loses nothing.
    fn next_job(&mut self) -> impl Future<Output = Self::WriteJob> + Send;

    /// Runs a job.
    fn run_job(&mut self, job: Self::WriteJob) -> impl Future<Output = ()> + Send;

    /// Carries out these commands, and ends what is due, in one transaction, which is durable
    /// when this returns. After an error that [lies with rows](StoreError::lies_with_rows)
    /// nothing was kept.
    fn execute(
        &mut self,
        batch: &[Command],
    ) -> impl Future<Output = Result<BatchOutcome, StoreError>> + Send;

    /// Tells the followers of a topic.
    fn publish(&mut self, change: Change);

    /// Reconnects after a failure, and publishes what is true. Nothing is known of the
    /// connection then, nor, if it was the commit that failed, whether the changes were kept.
    fn recover(&mut self, error: &StoreError) -> impl Future<Output = ()> + Send;

    /// How long nothing is due by itself.
    fn idle_time(&self) -> Duration;

    /// Whether something may be due to end. False for a while after a failure, so that what
    /// could not end does not keep commands from being carried out.
    fn may_be_due(&self) -> bool;

    /// Deletes what is no longer needed, if that was not done recently. Failing does no harm.
    fn tidy(&mut self) -> impl Future<Output = ()> + Send;

    /// Closes the connection.
    fn close(self) -> impl Future<Output = ()> + Send;
}

/// The result of a batch that is durable.
#[derive(Default)]
pub(crate) struct BatchOutcome {
    pub(crate) answers: Vec<Result<Done, Refusal>>,
    pub(crate) published: Vec<Change>,
}

/// The way to the writing task.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Request>>>,
    task: tokio::sync::Mutex<Option<JoinHandle<()>>>,
    /// True once the task has ended in order; gone without it if it has failed.
    ended: watch::Receiver<bool>,
}

type Reply = oneshot::Sender<Result<Done, StoreError>>;

#[derive(Debug)]
struct Request {
    command: Command,
    reply: Reply,
}

impl Request {
    fn into_parts(self) -> (Command, Reply) {
        (self.command, self.reply)
    }
}

impl Writer {
    /// Starts the task. It takes at most `most` commands into one batch.
    pub(crate) fn spawn(executor: impl BatchExecutor, most: usize) -> Self {
        let (queue, requests) = mpsc::channel(QUEUE);
        let (end, ended) = watch::channel(false);
        let task = async move {
            work(executor, requests, most).await;
            end.send_replace(true);
        };
        Self {
            queue: Mutex::new(Some(queue)),
            task: tokio::sync::Mutex::new(Some(tokio::spawn(task))),
            ended,
        }
    }

    pub(crate) async fn submit(&self, command: Command) -> Result<Done, StoreError> {
        let (reply, answer) = oneshot::channel();
        let queue = self.lock_queue().clone().ok_or(StoreError::Busy)?;
        queue
            .try_send(Request { command, reply })
            .map_err(|_| StoreError::Busy)?;
        // No answer means that the writer is gone, and the outcome unknown.
        answer.await.unwrap_or(Err(StoreError::Failed(Arc::new(
            sqlx::Error::WorkerCrashed,
        ))))
    }

    /// Takes no more commands and waits until those that were taken are done.
    pub(crate) async fn close(&self) {
        self.lock_queue().take();
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the writer has failed");
        }
    }

    /// Returns if the task has ended although nobody has closed it.
    pub(crate) async fn failed(&self) {
        let mut ended = self.ended.clone();
        if ended.wait_for(|ended| *ended).await.is_ok() {
            pending::<()>().await;
        }
    }

    fn lock_queue(&self) -> std::sync::MutexGuard<'_, Option<mpsc::Sender<Request>>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn work(
    mut executor: impl BatchExecutor,
    mut requests: mpsc::Receiver<Request>,
    most: usize,
) {
    let mut batch = Vec::new();
    loop {
        let nap = executor.idle_time().min(TIDY_EVERY);
        tokio::select! {
            biased;
            job = executor.next_job() => {
                executor.run_job(job).await;
                // Commands have every other turn, however many jobs are queued.
                while batch.len() < most && let Ok(request) = requests.try_recv() {
                    batch.push(request);
                }
            }
            taken = requests.recv_many(&mut batch, most) => {
                if taken == 0 {
                    break;
                }
            }
            () = sleep(nap) => {}
        }
        if !batch.is_empty() || executor.may_be_due() {
            carry_out(&mut executor, &mut batch).await;
        }
        // However busy the shop is: those who wait, wait a moment longer.
        executor.tidy().await;
    }
    executor.close().await;
}

/// One transaction for all of them; then, and only then, the answers. Where it fails
/// because of what some of them touch, they are tried again in halves, so that in the
/// end each fails alone.
async fn carry_out(executor: &mut impl BatchExecutor, batch: &mut Vec<Request>) {
    let all: (Vec<Command>, Vec<Reply>) = batch.drain(..).map(Request::into_parts).unzip();
    let mut parts = vec![all];
    let mut ends_rest = false;
    while let Some((mut commands, mut replies)) = parts.pop() {
        let ends = executor.may_be_due();
        match executor.execute(&commands).await {
            Ok(outcome) => succeed(executor, outcome, replies),
            // It may have been what ended: the same without that, which now rests.
            Err(error) if error.lies_with_rows() && ends && !ends_rest => {
                ends_rest = true;
                executor.recover(&error).await;
                if !commands.is_empty() {
                    parts.push((commands, replies));
                }
            }
            Err(error) if error.lies_with_rows() && commands.len() > 1 => {
                let half = commands.len() / 2;
                let later = (commands.split_off(half), replies.split_off(half));
                // In the order in which they came.
                parts.extend([later, (commands, replies)]);
            }
            Err(error) => {
                for reply in replies {
                    let _ = reply.send(Err(error.again()));
                }
                executor.recover(&error).await;
                if commands.is_empty() {
                    // What ends by itself is due at once again. A disk that is full
                    // stays so for a while, and the log is on it.
                    sleep(LOOK_AT_CLOCK).await;
                }
            }
        }
    }
}

fn succeed(executor: &mut impl BatchExecutor, outcome: BatchOutcome, replies: Vec<Reply>) {
    // Published first: whoever has an answer never finds an older level.
    for change in outcome.published {
        executor.publish(change);
    }
    for (reply, answer) in replies.into_iter().zip(outcome.answers) {
        // Whoever asked may have left; what is done is done.
        let _ = reply.send(answer.map_err(StoreError::Refused));
    }
}

/// What a batch has changed, for those who follow it.
pub(crate) fn published(changes: &Changes, numbers: Vec<(ShopperId, u64)>) -> Vec<Change> {
    let levels = changes.stocks.iter();
    let levels = levels.map(|(book, stock)| Change::Level(stock.level(book.clone())));
    let orders = changes.orders.values().map(|order| Change::Order {
        code: order.code,
        version: order.version,
    });
    let carts = numbers.into_iter();
    let carts = carts.map(|(shopper, number)| Change::Mine { shopper, number });
    levels.chain(orders).chain(carts).collect()
}

/// Says that the data contradicts itself, once for each way in which it does.
pub(crate) fn report_inconsistencies(changes: &Changes) {
    for found in &changes.inconsistencies {
        tracing::error!(%found, "the data contradicts itself: `audit` tells more");
    }
}
