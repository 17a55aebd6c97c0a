//! The one task that writes: load, decide, save, commit, then publish and answer.
//!
//! It takes all commands that wait into one transaction, so that a hot title
//! costs one sync to disk for hundreds of shoppers, not one for each. Nobody is
//! answered and nothing is published before the commit. A shopper who leaves in
//! the middle cannot leave anything half done: the task goes on without them.
//!
//! It also wakes by itself when a hold's time comes.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use shop::{Changes, Command, Done, Refusal, ShopperId, Terms, Timestamp, decide};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::{Instant, sleep},
};

use super::{
    Options,
    load::{NextNumbers, load},
    reads::{self, millis},
    save::save,
};
use crate::{Change, Feed, StoreError};

/// Commands that may wait; beyond it the answer is “busy”, at once. At ten
/// thousand a second this is less than half a second of patience.
const QUEUE: usize = 4_096;
/// The clock is looked at this often while holds are running, so that an end is
/// noticed well within a second however the clock moves.
const LOOK_AT_CLOCK: Duration = Duration::from_millis(250);
/// What ends by itself is tried again after this when it could not be written
/// down: a disk that is full or broken is so for longer than an instant.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// How often what is no longer needed is cleared away.
const TIDY_EVERY: Duration = Duration::from_secs(60);
/// Answers to submissions are kept for twice the day that is promised.
const KEEP_ANSWERS: Duration = Duration::from_secs(48 * 60 * 60);

/// The way to the writing task.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Request>>>,
    task: tokio::sync::Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Request {
    command: Command,
    reply: oneshot::Sender<Result<Done, StoreError>>,
}

impl Writer {
    pub(super) fn spawn(desk: Desk) -> Self {
        let (queue, requests) = mpsc::channel(QUEUE);
        Self {
            queue: Mutex::new(Some(queue)),
            task: tokio::sync::Mutex::new(Some(tokio::spawn(desk.work(requests)))),
        }
    }

    pub(super) async fn submit(&self, command: Command) -> Result<Done, StoreError> {
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
    pub(super) async fn close(&self) {
        self.lock_queue().take();
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the writer has failed");
        }
    }

    fn lock_queue(&self) -> std::sync::MutexGuard<'_, Option<mpsc::Sender<Request>>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task's own side.
pub(super) struct Desk {
    /// None after a failure, until the file has been opened again.
    connection: Option<SqliteConnection>,
    file: SqliteConnectOptions,
    options: Options,
    feed: Arc<Feed>,
    /// No hold and no order ends before this; none if none ends at all.
    next_end: Option<Timestamp>,
    /// None before the first batch, and after a failure.
    next_numbers: Option<NextNumbers>,
    tidied_at: Timestamp,
    /// Since a write found no room; the owner is told when that begins and ends.
    disk_full: bool,
    /// After a failure, nothing is tried before this unless somebody asks.
    rest_until: Instant,
}

/// What a batch came to, once it is durable.
struct Outcome {
    answers: Vec<Result<Done, Refusal>>,
    published: Vec<Change>,
}

impl Desk {
    pub(super) fn new(
        connection: SqliteConnection,
        file: SqliteConnectOptions,
        options: Options,
        feed: Arc<Feed>,
    ) -> Self {
        Self {
            connection: Some(connection),
            file,
            // Whatever ended while the shop was closed ends in the first batch.
            next_end: Some(Timestamp::default()),
            next_numbers: None,
            tidied_at: options.clock.now(),
            options,
            feed,
            disk_full: false,
            rest_until: Instant::now(),
        }
    }

    async fn work(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                biased;
                taken = requests.recv_many(&mut batch, self.options.batch) => {
                    if taken == 0 {
                        break;
                    }
                }
                () = sleep(self.nap()) => {}
            }
            if !batch.is_empty() || self.something_ends() {
                self.carry_out(&mut batch).await;
            }
            // However busy the shop is: those who wait, wait a moment longer.
            if self.options.clock.now().since(self.tidied_at) >= TIDY_EVERY {
                self.tidy().await;
            }
        }
        if let Some(connection) = self.connection
            && let Err(error) = connection.close().await
        {
            tracing::error!(%error, "closing the database failed");
        }
    }

    /// How long there is nothing to do by itself.
    fn nap(&self) -> Duration {
        match self.next_end {
            Some(end) => {
                let wait = end.since(self.options.clock.now()).min(LOOK_AT_CLOCK);
                wait.max(self.rest_until.saturating_duration_since(Instant::now()))
            }
            None => TIDY_EVERY,
        }
    }

    fn something_ends(&self) -> bool {
        let now = self.options.clock.now();
        self.next_end.is_some_and(|end| end <= now) && self.rest_until <= Instant::now()
    }

    /// One transaction for all of them; then, and only then, the answers.
    async fn carry_out(&mut self, batch: &mut Vec<Request>) {
        let (commands, replies): (Vec<_>, Vec<_>) = batch
            .drain(..)
            .map(|request| (request.command, request.reply))
            .unzip();
        match self.transact(&commands).await {
            Ok(outcome) => {
                // Published first: whoever has an answer never finds an older level.
                for change in outcome.published {
                    self.feed.publish(change);
                }
                for (reply, answer) in replies.into_iter().zip(outcome.answers) {
                    // Whoever asked may have left; what is done is done.
                    let _ = reply.send(answer.map_err(StoreError::Refused));
                }
            }
            Err(error) => {
                self.report(&error);
                for reply in replies {
                    let _ = reply.send(Err(error.again()));
                }
                self.start_over().await;
                if commands.is_empty() {
                    // What ends by itself is due at once again. A disk that is full
                    // stays so for a while, and the log is on it.
                    sleep(LOOK_AT_CLOCK).await;
                }
            }
        }
    }

    /// Once for a whole outage where the disk is full: its log may be on that disk.
    fn report(&mut self, error: &StoreError) {
        if !matches!(error, StoreError::DiskFull) {
            tracing::error!(error = error as &dyn std::error::Error, "a batch failed");
        } else if !self.disk_full {
            let file = self.file.get_filename().display();
            tracing::error!(%file, "the disk is full: nothing can be sold until there is room");
            self.disk_full = true;
        }
    }

    async fn transact(&mut self, commands: &[Command]) -> Result<Outcome, StoreError> {
        let (terms, now) = (self.options.terms, self.options.clock.now());
        let (earliest, numbers) = (self.next_end, self.next_numbers);
        let ends = earliest.is_some_and(|end| end <= now);
        let connection = self.connected().await?;
        // IMMEDIATE: a deferred transaction that comes to write may find BUSY half-way.
        let mut transaction = connection.begin_with("begin immediate").await?;
        let numbers = match numbers {
            Some(numbers) => numbers,
            None => NextNumbers::read(&mut transaction).await?,
        };
        let world = load(&mut transaction, commands, terms, now, ends, numbers).await?;
        let (answers, changes) = decide(world, commands);
        let numbers_of_shoppers = if changes.is_empty() {
            Vec::new()
        } else {
            save(&mut transaction, &changes, now).await?
        };
        let next_end = if ends {
            next_end(&mut transaction).await?
        } else {
            changes.next_end().into_iter().chain(earliest).min()
        };
        if changes.is_empty() {
            transaction.rollback().await?;
        } else {
            transaction.commit().await?;
            if std::mem::take(&mut self.disk_full) {
                tracing::info!("there is room on the disk again");
            }
        }
        for found in &changes.inconsistencies {
            tracing::error!(%found, "the data contradicts itself: `audit` tells more");
        }
        self.next_end = next_end;
        self.next_numbers = Some(numbers.after(&changes));
        Ok(Outcome {
            answers,
            published: published(&changes, numbers_of_shoppers),
        })
    }

    /// After a failure nothing is known of the connection, nor, if it was the
    /// commit that failed, whether the changes were kept. The file is opened
    /// anew before anything else is written, and whoever watches is told what is true.
    async fn start_over(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Its failure was reported; this one adds nothing.
            let _ = connection.close().await;
        }
        self.next_end = Some(Timestamp::default());
        self.next_numbers = None;
        self.rest_until = Instant::now() + TRY_AGAIN;
        if let Err(error) = self.publish_truth().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the shop's file cannot be opened"
            );
            sleep(LOOK_AT_CLOCK).await;
        }
    }

    async fn publish_truth(&mut self) -> Result<(), StoreError> {
        for topic in self.feed.watched() {
            let connection = self.connected().await?;
            match reads::newest_of(connection, &topic).await {
                Ok(change) => self.feed.publish(change),
                Err(StoreError::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn connected(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.file.connect().await?,
        };
        Ok(self.connection.insert(connection))
    }

    /// Clears away what has served its time. Failing to is no harm.
    async fn tidy(&mut self) {
        let now = self.options.clock.now();
        self.tidied_at = now;
        let (lapsed, answers) = (millis(now - Terms::LAPSED_FOR), millis(now - KEEP_ANSWERS));
        let erase = millis(now - self.options.keep_contact);
        let Ok(connection) = self.connected().await else {
            return;
        };
        for (statement, before) in [
            (
                "update hold set state = 'expired' where state = 'lapsed' and expires_at <= ?",
                lapsed,
            ),
            ("delete from submission where at <= ?", answers),
            (
                "update shop_order set name = null, reach = null where name is not null and closed_at <= ?",
                erase,
            ),
        ] {
            if let Err(error) = sqlx::query(statement)
                .bind(before)
                .execute(&mut *connection)
                .await
            {
                tracing::warn!(%error, "tidying up failed");
            }
        }
    }
}

/// What a batch has changed, for those who follow it.
fn published(changes: &Changes, numbers: Vec<(ShopperId, u64)>) -> Vec<Change> {
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

/// When the first hold or order ends, from the file.
async fn next_end(connection: &mut SqliteConnection) -> Result<Option<Timestamp>, StoreError> {
    let ends: Option<u64> = sqlx::query_scalar(
        "select min(ends) from (
            select min(expires_at) as ends from hold where state = 'active'
            union all
            select min(collect_by) from shop_order where state = 'placed')",
    )
    .fetch_one(connection)
    .await?;
    Ok(ends.map(Timestamp::from_millis))
}
