//! Executes the embedded store's batches, its other writes and its tidying, on one connection.

mod transaction;

use std::{future::pending, sync::Arc, time::Duration};

use shop::{Command, Timestamp};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{
    sync::{Notify, mpsc},
    time::{Instant, sleep},
};

use super::{
    load::NextNumbers,
    reads,
    sweep::{self, SWEEP_EVERY, Sweep},
    write_jobs::WriteJob,
};
use crate::{
    Change, Clock, Feed, Options, StoreError,
    clock_guard::ClockGuard,
    ledger::GrowthNotifier,
    sql::Dialect,
    tidying::{self, Expired, KEEP_ANSWERS, Pace, TIDY_EVERY},
    writer::{BatchExecutor, BatchOutcome, LOOK_AT_CLOCK},
};

/// The pause before ending holds and orders again after a failure: a full or broken disk is not
/// repaired in an instant.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// The pace of tidying. Batches wait a few milliseconds for each slice, at most 20 times a second.
const TIDYING: Pace = Pace {
    rows: 128,
    pause: Duration::from_millis(50),
    rest: 9,
};

/// The executor's channels: write jobs come in, notifications go out.
pub(super) struct ExecutorContext {
    pub(super) write_jobs: mpsc::Receiver<WriteJob>,
    /// Notified when a mail was written.
    pub(super) mail_written: Arc<Notify>,
    /// Notified when movements were written.
    pub(super) ledger_grown: GrowthNotifier,
    pub(super) clock_guard: Arc<ClockGuard>,
}

/// The state of the writing task.
pub(super) struct SqliteBatchExecutor {
    /// None after a failure, until the file has been reopened.
    connection: Option<SqliteConnection>,
    file: SqliteConnectOptions,
    options: Options,
    clock: Arc<dyn Clock>,
    feed: Arc<Feed>,
    /// No hold or order ends before this time; `None` if there are no holds or orders to end.
    next_end: Option<Timestamp>,
    /// Whether `next_end` leaves out orders, because the clock was in doubt.
    without_orders: bool,
    /// None before the first batch and after a failure.
    next_numbers: Option<NextNumbers>,
    /// Whether any shopper is on a waitlist; `None` if that must be read again.
    anybody_waits: Option<bool>,
    tidied_at: Timestamp,
    /// When to tidy again, if the last slice has left something.
    tidy_again: Option<Instant>,
    /// When the last sweep began.
    swept_at: Option<Timestamp>,
    sweep: Option<Sweep>,
    /// Whether the disk is full; logged when that begins and ends.
    disk_full: bool,
    /// After a failure, no hold or order is ended before this.
    rest_until: Instant,
    context: ExecutorContext,
}

impl SqliteBatchExecutor {
    pub(super) fn new(
        connection: SqliteConnection,
        file: SqliteConnectOptions,
        options: Options,
        clock: Arc<dyn Clock>,
        feed: Arc<Feed>,
        context: ExecutorContext,
    ) -> Self {
        Self {
            connection: Some(connection),
            file,
            // Holds and orders that came due while the shop was closed end in the first batch.
            next_end: Some(Timestamp::default()),
            without_orders: false,
            next_numbers: None,
            anybody_waits: None,
            tidied_at: clock.now(),
            tidy_again: None,
            swept_at: None,
            sweep: None,
            options,
            clock,
            feed,
            disk_full: false,
            rest_until: Instant::now(),
            context,
        }
    }

    /// Logs a failure. A full disk is logged once per outage, because the log may be on that disk.
    fn report(&mut self, error: &StoreError) {
        if !matches!(error, StoreError::DiskFull) {
            tracing::error!(error = error as &dyn std::error::Error, "a batch failed");
        } else if !self.disk_full {
            let file = self.file.get_filename().display();
            tracing::error!(%file, "the disk is full: nothing can be sold until there is room");
            self.disk_full = true;
        }
    }

    /// Deletes a slice of what is no longer needed. Returns whether more is due.
    async fn delete_slice(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        let options = self.options;
        let sweep = self.sweep.clone();
        let connection = self.connected().await?;
        let mut transaction = connection.begin_with("begin immediate").await?;
        let kinds = Expired::kinds(Dialect::Sqlite);
        let more = tidying::delete_slice(&mut *transaction, &kinds, TIDYING, now, &options).await?;
        let sweep = match sweep {
            Some(sweep) => {
                let before = now - KEEP_ANSWERS;
                sweep.step(&mut transaction, before, sweep::ROWS).await?
            }
            None => None,
        };
        transaction.commit().await?;
        self.anybody_waits = None;
        self.sweep = sweep;
        Ok(!more.is_empty() || self.sweep.is_some())
    }

    async fn publish_watched(&mut self) -> Result<(), StoreError> {
        let now = self.clock.now();
        for topic in self.feed.watched() {
            let connection = self.connected().await?;
            match reads::newest_of(connection, &topic, now).await {
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
}

impl BatchExecutor for SqliteBatchExecutor {
    type WriteJob = WriteJob;

    async fn next_job(&mut self) -> WriteJob {
        match self.context.write_jobs.recv().await {
            Some(job) => job,
            // The shop is closing: there are no more jobs.
            None => pending().await,
        }
    }

    async fn run_job(&mut self, job: WriteJob) {
        let now = self.clock.now();
        let outcome = match self.connected().await {
            Ok(connection) => job.run(connection, now).await,
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            // A job writes like a batch: after a failed sync the file must be reopened here, too.
            BatchExecutor::recover(self, &error).await;
        }
    }

    async fn execute(&mut self, commands: &[Command]) -> Result<BatchOutcome, StoreError> {
        self.transact(commands).await
    }

    fn publish(&mut self, change: Change) {
        self.feed.publish(change);
    }

    async fn recover(&mut self, error: &StoreError) {
        self.report(error);
        if let Some(connection) = self.connection.take() {
            // The failure was reported already.
            let _ = connection.close().await;
        }
        self.next_end = Some(Timestamp::default());
        self.next_numbers = None;
        self.anybody_waits = None;
        self.rest_until = Instant::now() + TRY_AGAIN;
        if let Err(error) = self.publish_watched().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the shop's file cannot be opened"
            );
            sleep(LOOK_AT_CLOCK).await;
        }
    }

    fn idle_time(&self) -> Duration {
        let from_now = |at: Instant| at.saturating_duration_since(Instant::now());
        let until_end = match self.next_end {
            Some(end) => {
                let wait = end.since(self.clock.now()).min(LOOK_AT_CLOCK);
                wait.max(from_now(self.rest_until))
            }
            None => TIDY_EVERY,
        };
        self.tidy_again
            .map_or(until_end, |again| until_end.min(from_now(again)))
    }

    fn may_be_due(&self) -> bool {
        let now = self.clock.now();
        let is_due = self.next_end.is_some_and(|end| end <= now);
        let is_accepted = self.without_orders && !self.context.clock_guard.is_in_doubt();
        (is_due || is_accepted) && self.rest_until <= Instant::now()
    }

    async fn tidy(&mut self) {
        let (now, began) = (self.clock.now(), Instant::now());
        let goes_on = self.tidy_again.is_some_and(|again| again <= began);
        // Nothing is deleted while the clock is in doubt.
        let is_doubted = self.context.clock_guard.is_in_doubt();
        if is_doubted || (!goes_on && now.since(self.tidied_at) < TIDY_EVERY) {
            return;
        }
        self.tidied_at = now;
        self.tidy_again = None;
        let is_sweep_due = self.swept_at.is_none_or(|at| now.since(at) >= SWEEP_EVERY);
        if self.sweep.is_none() && is_sweep_due {
            self.swept_at = Some(now);
            self.sweep = Some(Sweep::default());
        }
        match self.delete_slice(now).await {
            Ok(true) => {
                let pause = TIDYING.pause_after(began.elapsed());
                self.tidy_again = Some(Instant::now() + pause);
            }
            Ok(false) => {}
            // Tidying writes like a batch: after a failed sync the file must be reopened, too.
            Err(error) => BatchExecutor::recover(self, &error).await,
        }
    }

    async fn close(self) {
        if let Some(connection) = self.connection
            && let Err(error) = connection.close().await
        {
            tracing::error!(%error, "closing the database failed");
        }
    }
}
