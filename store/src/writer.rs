//! The one task that executes commands: load, decide, save, commit, then publish and answer.

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

use crate::{Change, StoreError, tidying::TIDY_EVERY};

/// The most waiting commands. If the queue is full, the next command is refused at once as busy. At
/// ten thousand commands a second, a full queue means less than half a second of waiting.
const QUEUE: usize = 4_096;
/// How often to look for holds and orders that are due, so that each ends well within a second even
/// if the clock jumps.
pub(crate) const LOOK_AT_CLOCK: Duration = Duration::from_millis(250);

/// Executes batches of commands in a store's database.
pub(crate) trait BatchExecutor: Send + 'static {
    /// A write between batches, on the same connection.
    type WriteJob: Send;

    /// Waits for the next job. Cancelling the wait loses nothing.
    fn next_job(&mut self) -> impl Future<Output = Self::WriteJob> + Send;

    fn run_job(&mut self, job: Self::WriteJob) -> impl Future<Output = ()> + Send;

    /// Executes these commands, and ends what is due, in one transaction that is durable when this
    /// returns. Nothing was kept after an error that is [caused by
    /// rows](StoreError::is_caused_by_rows).
    fn execute(
        &mut self,
        batch: &[Command],
    ) -> impl Future<Output = Result<BatchOutcome, StoreError>> + Send;

    /// Publishes a change to the followers of its topic.
    fn publish(&mut self, change: Change);

    /// Reconnects after a failure, and publishes the current state. The connection's state is
    /// unknown then, and so is the outcome if it was the commit that failed.
    fn recover(&mut self, error: &StoreError) -> impl Future<Output = ()> + Send;

    /// The time until something may be due.
    fn idle_time(&self) -> Duration;

    /// Whether something may be due. False for a while after a failure, so that what could not be
    /// ended does not block commands.
    fn may_be_due(&self) -> bool;

    /// Deletes some of what is no longer needed, or tells another task to, if it is time. A failure
    /// does no harm.
    fn tidy(&mut self) -> impl Future<Output = ()> + Send;

    /// Closes the connection.
    fn close(self) -> impl Future<Output = ()> + Send;
}

/// The result of a durable batch.
#[derive(Default)]
pub(crate) struct BatchOutcome {
    pub(crate) answers: Vec<Result<Done, Refusal>>,
    pub(crate) published: Vec<Change>,
}

/// A handle to the writing task.
///
/// The task takes all waiting commands into one transaction, so that a hot title costs one sync for
/// hundreds of shoppers. Nothing is published or answered before the commit. A command is executed
/// even if its caller leaves.
///
/// The task also wakes by itself when a hold or an order ends. Each store has its own
/// [`BatchExecutor`].
#[derive(Debug)]
pub(crate) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Request>>>,
    task: tokio::sync::Mutex<Option<JoinHandle<()>>>,
    /// True once the task has ended normally. If the task fails, the channel closes while this is
    /// false.
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
    /// Starts the task, which takes at most `most` commands into one batch.
    pub(crate) fn spawn(executor: impl BatchExecutor, most: usize) -> Self {
        let (queue, requests) = mpsc::channel(QUEUE);
        let (end, ended) = watch::channel(false);
        let task = async move {
            run(executor, requests, most).await;
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
        // Without an answer the writer has failed, and the outcome is unknown.
        answer.await.unwrap_or(Err(StoreError::Failed(Arc::new(
            sqlx::Error::WorkerCrashed,
        ))))
    }

    /// Stops accepting commands and waits for those accepted.
    pub(crate) async fn close(&self) {
        self.lock_queue().take();
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the writer has failed");
        }
    }

    /// Returns once the task has failed.
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

async fn run(mut executor: impl BatchExecutor, mut requests: mpsc::Receiver<Request>, most: usize) {
    let mut batch = Vec::new();
    loop {
        let nap = executor.idle_time().min(TIDY_EVERY);
        tokio::select! {
            biased;
            job = executor.next_job() => {
                executor.run_job(job).await;
                // Commands get every other turn, however many jobs are queued.
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
            execute_batch(&mut executor, &mut batch).await;
        }
        // Tidying must not starve, however many commands wait.
        executor.tidy().await;
    }
    executor.close().await;
}

/// Executes all commands in one transaction, and answers them after the commit. If the transaction
/// fails because of some rows, each half is tried again, so that in the end only the commands at
/// fault fail.
async fn execute_batch(executor: &mut impl BatchExecutor, batch: &mut Vec<Request>) {
    let all: (Vec<Command>, Vec<Reply>) = batch.drain(..).map(Request::into_parts).unzip();
    let mut parts = vec![all];
    let mut skip_ends = false;
    while let Some((mut commands, mut replies)) = parts.pop() {
        let ends = executor.may_be_due();
        match executor.execute(&commands).await {
            Ok(outcome) => publish_and_answer(executor, outcome, replies),
            // The cause may be a hold or an order that is due to end, so this tries again without
            // ending any.
            Err(error) if error.is_caused_by_rows() && ends && !skip_ends => {
                skip_ends = true;
                executor.recover(&error).await;
                if !commands.is_empty() {
                    parts.push((commands, replies));
                }
            }
            Err(error) if error.is_caused_by_rows() && commands.len() > 1 => {
                let half = commands.len() / 2;
                let later = (commands.split_off(half), replies.split_off(half));
                // The earlier half is popped first, so commands are executed in the order of
                // arrival.
                parts.extend([later, (commands, replies)]);
            }
            Err(error) => {
                for reply in replies {
                    let _ = reply.send(Err(error.duplicate()));
                }
                executor.recover(&error).await;
                if commands.is_empty() {
                    // What is due would be tried again at once, but a full disk stays full for a
                    // while, and logging fills it further.
                    sleep(LOOK_AT_CLOCK).await;
                }
            }
        }
    }
}

fn publish_and_answer(
    executor: &mut impl BatchExecutor,
    outcome: BatchOutcome,
    replies: Vec<Reply>,
) {
    // Published first, so that a caller with an answer never sees an older level.
    for change in outcome.published {
        executor.publish(change);
    }
    for (reply, answer) in replies.into_iter().zip(outcome.answers) {
        // The caller may have left.
        let _ = reply.send(answer.map_err(StoreError::Refused));
    }
}

/// The changes of a batch, for followers.
pub(crate) fn published(changes: &Changes, numbers: Vec<(ShopperId, u64)>) -> Vec<Change> {
    let levels = changes.stocks.iter();
    let levels = levels.map(|(book, state)| Change::Level(state.level(book.clone())));
    let orders = changes.orders.values().map(|order| Change::Order {
        code: order.code,
        version: order.version,
    });
    let carts = numbers.into_iter();
    let carts = carts.map(|(shopper, number)| Change::Mine { shopper, number });
    levels.chain(orders).chain(carts).collect()
}

/// Logs each inconsistency of the data.
pub(crate) fn report_inconsistencies(changes: &Changes) {
    for found in &changes.inconsistencies {
        tracing::error!(%found, "the data contradicts itself: `audit` tells more");
    }
}
