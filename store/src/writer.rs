//! The one task that writes: load, decide, save, commit, then publish and answer.
//!
//! It takes all commands that wait into one transaction, so that a hot title
//! costs one sync to disk for hundreds of shoppers, not one for each. Nobody is
//! answered and nothing is published before the commit. A shopper who leaves in
//! the middle cannot leave anything half done: the task goes on without them.
//!
//! It also wakes by itself when a hold's time comes. How a batch is kept is the
//! business of each kind of store: its [`Desk`].

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

/// Where a kind of store writes.
pub(crate) trait Desk: Send + 'static {
    /// Something small that is written beside the commands, by the same hand.
    type Errand: Send;

    /// Waits for the next errand. Nothing is lost where the waiting is given up.
    fn next_errand(&mut self) -> impl Future<Output = Self::Errand> + Send;

    /// One transaction for it.
    fn run(&mut self, errand: Self::Errand) -> impl Future<Output = ()> + Send;

    /// One transaction for all of these, and for what has ended: durable when this
    /// returns. After an error that [lies with rows](StoreError::lies_with_rows) none
    /// of it was kept.
    fn carry_out(
        &mut self,
        batch: &[Command],
    ) -> impl Future<Output = Result<Outcome, StoreError>> + Send;

    /// Tells whoever follows it.
    fn publish(&mut self, change: Change);

    /// After a failure nothing is known of the connection, nor, if it was the
    /// commit that failed, whether the changes were kept. Opens the data anew
    /// before anything else is written, and tells whoever watches what is true.
    fn start_over(&mut self, error: &StoreError) -> impl Future<Output = ()> + Send;

    /// How long there is nothing to do by itself.
    fn nap(&self) -> Duration;

    /// Whether something may have ended. Not for a while after a failure: what could
    /// not end a moment ago does not keep others from what they want.
    fn something_ends(&self) -> bool;

    /// Clears away what has served its time, if that was not done a while ago.
    /// Failing to is no harm.
    fn tidy(&mut self) -> impl Future<Output = ()> + Send;

    /// Gives the connection back.
    fn close(self) -> impl Future<Output = ()> + Send;
}

/// What a batch came to, once it is durable.
#[derive(Default)]
pub(crate) struct Outcome {
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
    pub(crate) fn spawn(desk: impl Desk, most: usize) -> Self {
        let (queue, requests) = mpsc::channel(QUEUE);
        let (end, ended) = watch::channel(false);
        let task = async move {
            work(desk, requests, most).await;
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

async fn work(mut desk: impl Desk, mut requests: mpsc::Receiver<Request>, most: usize) {
    let mut batch = Vec::new();
    loop {
        let nap = desk.nap().min(TIDY_EVERY);
        tokio::select! {
            biased;
            errand = desk.next_errand() => {
                desk.run(errand).await;
                // However many errands there are, commands have every other turn.
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
        if !batch.is_empty() || desk.something_ends() {
            carry_out(&mut desk, &mut batch).await;
        }
        // However busy the shop is: those who wait, wait a moment longer.
        desk.tidy().await;
    }
    desk.close().await;
}

/// One transaction for all of them; then, and only then, the answers. Where it fails
/// because of what some of them touch, they are tried again in halves, so that in the
/// end each fails alone.
async fn carry_out(desk: &mut impl Desk, batch: &mut Vec<Request>) {
    let all: (Vec<Command>, Vec<Reply>) = batch.drain(..).map(Request::into_parts).unzip();
    let mut parts = vec![all];
    let mut ends_rest = false;
    while let Some((mut commands, mut replies)) = parts.pop() {
        let ends = desk.something_ends();
        match desk.carry_out(&commands).await {
            Ok(outcome) => succeed(desk, outcome, replies),
            // It may have been what ended: the same without that, which now rests.
            Err(error) if error.lies_with_rows() && ends && !ends_rest => {
                ends_rest = true;
                desk.start_over(&error).await;
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
                desk.start_over(&error).await;
                if commands.is_empty() {
                    // What ends by itself is due at once again. A disk that is full
                    // stays so for a while, and the log is on it.
                    sleep(LOOK_AT_CLOCK).await;
                }
            }
        }
    }
}

fn succeed(desk: &mut impl Desk, outcome: Outcome, replies: Vec<Reply>) {
    // Published first: whoever has an answer never finds an older level.
    for change in outcome.published {
        desk.publish(change);
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
