//! One batch in one immediate transaction: load, decide, save, commit.

use shop::{Command, Timestamp, decide};
use sqlx::{Connection, SqliteConnection};

use super::SqliteBatchExecutor;
use crate::{
    StoreError,
    batch::Ends,
    outbox::{self, mails_for},
    sqlite::{
        load::{NextNumbers, load},
        save::save,
        waits::anybody_waits,
    },
    writer::{BatchExecutor, BatchOutcome, published, report_inconsistencies},
};

impl SqliteBatchExecutor {
    pub(super) async fn transact(
        &mut self,
        commands: &[Command],
    ) -> Result<BatchOutcome, StoreError> {
        let (terms, now) = (self.options.terms, self.clock.now());
        let (earliest, numbers) = (self.next_end, self.next_numbers);
        let waits_exist = self.anybody_waits;
        // Holds and orders that could not be ended a moment ago must not block commands.
        let may_be_due = BatchExecutor::may_be_due(self);
        let keeps_orders = self.context.clock_guard.is_in_doubt();
        let connection = self.connected().await?;
        // A deferred transaction that upgrades to a write may fail with BUSY, so this is immediate.
        let mut transaction = connection.begin_with("begin immediate").await?;
        let numbers = match numbers {
            Some(numbers) => numbers,
            None => NextNumbers::read(&mut transaction).await?,
        };
        let waits_exist = match waits_exist {
            Some(waits_exist) => waits_exist,
            None => anybody_waits(&mut transaction).await?,
        };
        let ends = Ends {
            holds: may_be_due,
            orders: may_be_due && !keeps_orders,
        };
        let mut world = load(
            &mut transaction,
            commands,
            terms,
            now,
            ends,
            waits_exist,
            numbers,
        )
        .await?;
        world.keep_overdue_orders = keeps_orders;
        let (answers, changes) = decide(world, commands);
        let numbers_of_shoppers = if changes.is_empty() {
            Vec::new()
        } else {
            save(&mut transaction, &changes, now).await?
        };
        let mails = if terms.mail {
            mails_for(&changes)?
        } else {
            Vec::new()
        };
        outbox::write(&mut *transaction, &mails, now).await?;
        outbox::erase(&mut *transaction, &changes).await?;
        let next_end = if may_be_due {
            next_end(&mut transaction, keeps_orders).await?
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
            if !mails.is_empty() {
                self.context.mail_written.notify_one();
            }
        }
        if !changes.movements.is_empty() {
            self.context.ledger_grown.notify();
        }
        report_inconsistencies(&changes);
        self.next_end = next_end;
        if may_be_due {
            self.without_orders = keeps_orders;
        }
        self.next_numbers = Some(numbers.after(&changes));
        self.anybody_waits = changes.waits.is_empty().then_some(waits_exist);
        Ok(BatchOutcome {
            answers,
            published: published(&changes, numbers_of_shoppers),
        })
    }
}

/// The earliest end of a hold or, unless orders are left out, of an order.
async fn next_end(
    connection: &mut SqliteConnection,
    without_orders: bool,
) -> Result<Option<Timestamp>, StoreError> {
    let ends: Option<u64> = sqlx::query_scalar(
        "select min(ends) from (
            select min(expires_at) as ends from hold where state = 'active'
            union all
            select min(collect_by) from shop_order where state = 'placed' and not ?)",
    )
    .bind(without_orders)
    .fetch_one(connection)
    .await?;
    Ok(ends.map(Timestamp::from_millis))
}
