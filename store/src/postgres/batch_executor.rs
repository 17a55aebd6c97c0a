//! Executes one instance's batches while other instances execute theirs.

use std::{
    collections::BTreeMap, convert::Infallible, future::pending, io, sync::Arc, time::Duration,
};

use shop::{Command, Epoch, Timestamp, decide};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};

use super::{
    load::{load, read_due},
    lock::lock,
    new_books,
    notifier::Notifier,
    numbers::{ReservedNumbers, hold_blocks},
    open::connect_to_write,
    reads,
    save::save,
};
use crate::{
    Change, Feed, Options, StoreError,
    batch::Ends,
    clock_guard::ClockGuard,
    imports::sql::deliveries,
    ledger::GrowthNotifier,
    outbox::{self, mails_for},
    tidying::TIDY_EVERY,
    writer::{BatchExecutor, BatchOutcome, published, report_inconsistencies},
};

/// How often to look for holds and orders that are due to end.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// The time limit for a batch, after which its callers are told to try again. Longer than the lock
/// timeout.
const ANSWER_WITHIN: Duration = Duration::from_secs(4);
/// The attempts at a batch that conflicts with other instances.
const ATTEMPTS: u32 = 3;
/// The pause before ending holds and orders again after a failure, which they may have caused.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);
/// The longest random wait before the second attempt. The limit doubles for each further attempt.
const FIRST_WAIT: Duration = Duration::from_millis(10);

/// What the executor notifies, and the clock guard.
pub(super) struct ExecutorContext {
    /// Notified when followed topics must be read again.
    pub(super) reread: Arc<Notify>,
    /// Notified when a mail was written.
    pub(super) mail_written: Arc<Notify>,
    /// Notified when movements were written.
    pub(super) ledger_grown: GrowthNotifier,
    /// Notified when it is time to tidy.
    pub(super) tidying_due: Arc<Notify>,
    pub(super) clock_guard: Arc<ClockGuard>,
}

/// The state of the writing task.
pub(super) struct PostgresBatchExecutor {
    /// `None` at first and after a failure, until the executor connects again.
    connection: Option<PgConnection>,
    to: PgConnectOptions,
    options: Options,
    feed: Arc<Feed>,
    notifier: Notifier,
    context: ExecutorContext,
    /// The epoch of the data when the last batch began.
    epoch: Epoch,
    numbers: ReservedNumbers,
    looked_at: Instant,
    /// No hold or order is ended before this instant.
    rest_until: Instant,
    /// The database's time when it was last read.
    now: Timestamp,
    tidied_at: Timestamp,
    /// Whether PostgreSQL is unreachable; logged when that begins and ends.
    unreachable: bool,
}

impl PostgresBatchExecutor {
    pub(super) fn new(
        to: PgConnectOptions,
        options: Options,
        feed: Arc<Feed>,
        notifier: Notifier,
        context: ExecutorContext,
    ) -> Self {
        Self {
            connection: None,
            to,
            options,
            feed,
            notifier,
            context,
            epoch: Epoch::default(),
            numbers: ReservedNumbers::default(),
            looked_at: Instant::now(),
            rest_until: Instant::now(),
            now: Timestamp::default(),
            tidied_at: Timestamp::default(),
            unreachable: false,
        }
    }

    async fn transact(&mut self, commands: &[Command]) -> Result<BatchOutcome, StoreError> {
        let (terms, due) = (self.options.terms, BatchExecutor::may_be_due(self));
        let clock_guard = Arc::clone(&self.context.clock_guard);
        let keeps_orders = clock_guard.is_in_doubt();
        let ends = Ends {
            holds: due,
            orders: due && !keeps_orders,
        };
        if !self.numbers.suffice_for(commands.len()) {
            self.numbers = ReservedNumbers::reserve(self.connected().await?).await?;
        }
        let ((next_hold, next_order), holds) = (self.numbers.next(), self.numbers.holds());
        let connection = self.connected().await?;
        let mut transaction = connection.begin().await?;
        new_books::lock_names(&mut transaction, commands).await?;
        let mut locked = lock(&mut transaction, commands, ends).await?;
        let mut world = load(&mut transaction, commands, &locked, terms, ends).await?;
        let now = world.now;
        clock_guard.take_reading(now, Instant::now().into_std());
        world.keep_overdue_orders = keeps_orders;
        (world.next_hold, world.next_order) = (next_hold, next_order);
        // Each shopper on a waitlist may be offered a copy, which takes a hold number.
        let offers = world.waits.values().map(BTreeMap::len).sum::<usize>();
        let wanted = (commands.len() + offers) as u64;
        let blocks = hold_blocks(&mut transaction, holds, wanted).await?;
        // The first block may be used up if there are no commands but something ends.
        let unused = blocks.iter().find(|block| !block.is_empty());
        world.next_hold = unused.map_or(next_hold, |block| block.start);
        let starts = blocks.iter().skip(1).map(|block| block.start);
        world.hold_blocks = blocks.iter().map(|block| block.end).zip(starts).collect();
        let (answers, changes) = decide(world, commands);
        let mails = if terms.mail {
            mails_for(&changes)?
        } else {
            Vec::new()
        };
        let numbers = if changes.is_empty() {
            transaction.rollback().await?;
            Vec::new()
        } else {
            new_books::save(&mut transaction, &changes, &mut locked, now).await?;
            deliveries::save_progress(&mut *transaction, &changes, now).await?;
            let numbers = save(&mut transaction, &changes, &locked, now).await?;
            outbox::write(&mut *transaction, &mails, now).await?;
            outbox::erase(&mut *transaction, &changes).await?;
            transaction.commit().await?;
            numbers
        };
        if !mails.is_empty() {
            self.context.mail_written.notify_one();
        }
        if !changes.movements.is_empty() {
            self.context.ledger_grown.notify();
        }
        report_inconsistencies(&changes);
        self.now = now;
        self.numbers.take_used(&changes, blocks);
        Ok(BatchOutcome {
            answers,
            published: published(&changes, numbers),
        })
    }

    async fn connected(&mut self) -> Result<&mut PgConnection, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let mut connection = connect_to_write(&self.to).await?;
                // A standby may have taken over, with an epoch that the feed does not know yet.
                self.epoch = reads::epoch(&mut connection).await?;
                self.feed.begin_epoch(self.epoch.clone());
                connection
            }
        };
        Ok(self.connection.insert(connection))
    }

    /// Executes a batch, and tries again if it conflicts with other instances.
    async fn transact_with_retries(
        &mut self,
        commands: &[Command],
    ) -> Result<BatchOutcome, StoreError> {
        let mut wait = FIRST_WAIT;
        for _ in 1..ATTEMPTS {
            match self.transact(commands).await {
                Err(error) if is_conflict(&error) => {
                    tracing::debug!(
                        error = &error as &dyn std::error::Error,
                        "a batch conflicted with another instance: trying again"
                    );
                }
                outcome => return outcome,
            }
            sleep(wait.mul_f64(rand::random())).await;
            wait *= 2;
        }
        match self.transact(commands).await {
            Err(error) if is_conflict(&error) => Err(StoreError::Busy),
            outcome => outcome,
        }
    }

    /// Whether anything is due to end, without opening a transaction.
    async fn is_anything_due(&mut self) -> Result<bool, StoreError> {
        self.looked_at = Instant::now();
        let due = read_due(self.connected().await?).await?;
        self.now = due.now;
        let guard = Arc::clone(&self.context.clock_guard);
        guard.take_reading(due.now, Instant::now().into_std());
        if let Some(record) = due.clock {
            guard.update(&record);
        }
        Ok(due.holds || (due.orders && !guard.is_in_doubt()))
    }
}

impl BatchExecutor for PostgresBatchExecutor {
    /// There are no write jobs, because other writes have their own connections.
    type WriteJob = Infallible;

    async fn next_job(&mut self) -> Infallible {
        pending().await
    }

    async fn run_job(&mut self, job: Infallible) {
        match job {}
    }

    async fn execute(&mut self, commands: &[Command]) -> Result<BatchOutcome, StoreError> {
        self.epoch = self.feed.epoch();
        let work = async {
            // A busy shop must look, too, because an owner may accept the clock through another
            // instance.
            let looks = commands.is_empty() || self.looked_at.elapsed() >= LOOK_EVERY;
            if looks && !self.is_anything_due().await? && commands.is_empty() {
                return Ok(BatchOutcome::default());
            }
            self.transact_with_retries(commands).await
        };
        let outcome = match timeout(ANSWER_WITHIN, work).await {
            Ok(outcome) => outcome,
            // The work was interrupted half-way, so the connection's state is unknown.
            Err(_) => Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into()).into()),
        };
        if outcome.is_ok() && std::mem::take(&mut self.unreachable) {
            tracing::info!("PostgreSQL answers again");
        }
        outcome
    }

    fn publish(&mut self, change: Change) {
        self.notifier.add(&self.epoch, &change);
        self.feed.publish_of(&self.epoch, change);
    }

    async fn recover(&mut self, error: &StoreError) {
        // If the commit failed, its numbers may be in use.
        self.numbers = ReservedNumbers::default();
        self.rest_until = Instant::now() + PAUSE_AFTER_FAILURE;
        if matches!(error, StoreError::Busy) {
            tracing::warn!("a batch conflicted with other instances at every attempt");
            return;
        }
        if !std::mem::replace(&mut self.unreachable, true) {
            tracing::error!(error = error as &dyn std::error::Error, "a batch failed");
        }
        self.connection = None;
        self.looked_at = Instant::now();
        self.context.reread.notify_one();
    }

    fn idle_time(&self) -> Duration {
        let rest = self.rest_until.saturating_duration_since(Instant::now());
        LOOK_EVERY
            .saturating_sub(self.looked_at.elapsed())
            .max(rest)
    }

    fn may_be_due(&self) -> bool {
        self.rest_until <= Instant::now()
    }

    /// Notifies the task that tidies (`cleanup`), so that no batch waits for it.
    async fn tidy(&mut self) {
        // The difference counts in either direction, so that tidying goes on after the clock was
        // set back.
        let since = self.now.since(self.tidied_at);
        let since = since.max(self.tidied_at.since(self.now));
        // Nothing is deleted while the clock is in doubt.
        if since >= TIDY_EVERY && !self.context.clock_guard.is_in_doubt() {
            self.tidied_at = self.now;
            self.context.tidying_due.notify_one();
        }
    }

    async fn close(self) {
        if let Some(connection) = self.connection
            && let Ok(Err(error)) = timeout(ANSWER_WITHIN, connection.close()).await
        {
            tracing::warn!(%error, "closing a connection failed");
        }
    }
}

/// Whether a transaction was certainly rolled back because of a concurrent one.
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn is_conflict(error: &StoreError) -> bool {
    let StoreError::Failed(error) = error else {
        return false;
    };
    let Some(error) = error.as_database_error() else {
        return false;
    };
    match error.code().as_deref() {
        // Serialization failure, deadlock, lock timeout.
        Some("40001" | "40P01" | "55P03") => true,
        // Another instance wrote the same submission, or a new book with the same slug, at the same
        // time.
        Some("23505") => matches!(
            error.constraint(),
            Some("submission_pk" | "book_slug_unique")
        ),
        _ => false,
    }
}
