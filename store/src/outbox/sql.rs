//! SQL for the outbox: mails are claimed and settled between batches.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{OrderCode, Timestamp};
use tokio::sync::Notify;

use super::{
    COUNTED_FOR, Mail, Outbox, SendOutcome, WhyGivenUp,
    of_order::{self, OrderMailRecord},
    reminders,
    settings::{self, OrderMailChange, OrderMailOutcome, OrderMailSetting},
};
use crate::{
    StoreError,
    rows::{duration_millis, large, millis, small, timestamp},
    sql::{Backend, Connection, Dialect, query},
};

/// The outbox, for both databases.
pub(crate) struct SqlOutbox<B> {
    pub(crate) backend: B,
    /// Notified when this instance has written a mail.
    pub(crate) mail_written: Arc<Notify>,
}

#[async_trait]
impl<B: Backend> Outbox for SqlOutbox<B> {
    async fn claim(&self, lease: Duration) -> Result<Option<Mail>, StoreError> {
        // Usually nothing is due, and a read is enough to find that out.
        let looking = async {
            let connection = &mut *self.backend.reader().await?;
            let now = self.backend.now(connection).await?;
            is_any_due(connection, now).await
        };
        if !self.backend.in_time(looking).await? {
            return Ok(None);
        }
        let backend = &self.backend;
        backend
            .write(move |connection, now| Box::pin(claim(connection, lease, now)))
            .await
    }

    async fn settle(&self, mail: &Mail, outcome: SendOutcome) -> Result<(), StoreError> {
        let (id, tries) = (mail.id, mail.tries);
        self.backend
            .write(move |connection, now| Box::pin(settle(connection, id, tries, outcome, now)))
            .await
    }

    async fn waiting(&self) -> Result<u64, StoreError> {
        let counting = async {
            let connection = &mut *self.backend.reader().await?;
            let count = query("select count(*) from mail where state = 'waiting'");
            large(count.fetch_scalar(connection).await?)
        };
        self.backend.in_time(counting).await
    }

    async fn mail_written(&self) {
        self.mail_written.notified().await;
    }

    async fn write_reminders(&self) -> Result<u64, StoreError> {
        // Usually none is due, and a read is enough to find that out.
        let looking = async {
            let connection = &mut *self.backend.reader().await?;
            let now = self.backend.now(connection).await?;
            reminders::is_any_due(connection, now).await
        };
        if !self.backend.in_time(looking).await? {
            return Ok(0);
        }
        let written = self
            .backend
            .write(|connection, now| Box::pin(reminders::write_due(connection, now)))
            .await?;
        if written > 0 {
            self.mail_written.notify_one();
        }
        Ok(written)
    }

    async fn of_order(&self, order: OrderCode) -> Result<Vec<OrderMailRecord>, StoreError> {
        let reading = async {
            let connection = &mut *self.backend.reader().await?;
            of_order::read(connection, order).await
        };
        self.backend.in_time(reading).await
    }

    async fn settings(&self) -> Result<Vec<OrderMailSetting>, StoreError> {
        let reading = async {
            let connection = &mut *self.backend.reader().await?;
            settings::read(connection).await
        };
        self.backend.in_time(reading).await
    }

    async fn set(&self, change: OrderMailChange) -> Result<OrderMailOutcome, StoreError> {
        self.backend
            .write(move |connection, now| {
                Box::pin(async move { settings::save(connection, now, &change).await })
            })
            .await
    }
}

async fn is_any_due<C: Connection>(connection: &mut C, now: Timestamp) -> Result<bool, StoreError> {
    query(
        "select exists (select 1 from mail where state = 'waiting' and due_at <= $1
                        and coalesce(claimed_until, 0) <= $1)",
    )
    .bind(millis(now))
    .fetch_scalar(connection)
    .await
}

async fn claim<C: Connection>(
    connection: &mut C,
    lease: Duration,
    now: Timestamp,
) -> Result<Option<Mail>, StoreError> {
    let statement = match C::DIALECT {
        Dialect::Sqlite => {
            "update mail set claimed_until = $1 + $2, tries = tries + 1
             where id = (select id from mail where state = 'waiting' and due_at <= $1
                         and coalesce(claimed_until, 0) <= $1 order by due_at, id limit 1)
             returning id, token, recipient, recipient_hash, letter, language, created_at, tries,
                       $1 as now"
        }
        // A mail that another instance is claiming is skipped.
        Dialect::Postgres => {
            "with one as materialized (
                select id from mail
                where state = 'waiting' and due_at <= $1 and coalesce(claimed_until, 0) <= $1
                order by due_at, id limit 1
                for update skip locked
             )
             update mail set claimed_until = $1 + $2, tries = tries + 1
             from one where mail.id = one.id
             returning mail.id, token, recipient, recipient_hash, letter, language, created_at, tries,
                       $1 as now"
        }
    };
    // In one transaction, so that the mail stays unclaimed if the second statement fails.
    let mut transaction = connection.begin_write().await?;
    let row: Option<MailRow> = query(statement)
        .bind(millis(now))
        .bind(duration_millis(lease))
        .fetch_optional(&mut *transaction)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let earlier = earlier_to_same_address(&mut *transaction, &row).await?;
    transaction.commit().await?;
    Ok(Some(Mail {
        earlier,
        ..row.try_into()?
    }))
}

/// Counts the mails to the same address, sent or still waiting, from the day before this one. Only
/// older mails count, so the number does not depend on the order in which senders claim them.
async fn earlier_to_same_address<C: Connection>(
    connection: &mut C,
    row: &MailRow,
) -> Result<u32, StoreError> {
    let earlier: i64 = query(
        "select count(*) from mail
         where recipient_hash = $1 and created_at > $2 and id < $3 and state in ('waiting', 'sent')",
    )
    .bind(row.recipient_hash)
    .bind(row.created_at - duration_millis(COUNTED_FOR))
    .bind(row.id)
    .fetch_scalar(connection)
    .await?;
    small(earlier)
}

async fn settle<C: Connection>(
    connection: &mut C,
    id: i64,
    tries: u32,
    outcome: SendOutcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    // The final state, if any; the delay; whether the claim counts as a try.
    let (state, delay, counts) = match &outcome {
        SendOutcome::Sent => (Some("sent"), Duration::ZERO, true),
        SendOutcome::GivenUp(_) => (Some("given_up"), Duration::ZERO, true),
        SendOutcome::Obsolete => (Some("needless"), Duration::ZERO, true),
        SendOutcome::RetryAfter(delay) => (None, *delay, true),
        SendOutcome::NotTried => (None, Duration::ZERO, false),
    };
    let why = match &outcome {
        SendOutcome::GivenUp(why) => Some(why),
        _ => None,
    };
    let due_at = millis(now).saturating_add(duration_millis(delay));
    query(
        "update mail set state = coalesce($3, state), claimed_until = null,
                due_at = case when due_at > $4 then due_at else $4 end,
                recipient = case when $3 is null then recipient end,
                letter = case when $3 is null then letter end,
                tries = tries - $5, why = $6, answer = $7
         where id = $1 and tries = $2 and state = 'waiting'",
    )
    .bind(id)
    .bind(tries)
    .bind(state)
    .bind(due_at)
    .bind(!counts)
    .bind(why.map(WhyGivenUp::name))
    .bind(why.and_then(WhyGivenUp::answer))
    .execute(connection)
    .await?;
    Ok(())
}

/// A claimed mail in either database.
#[derive(sqlx::FromRow)]
struct MailRow {
    id: i64,
    token: String,
    recipient: String,
    /// `None` if an earlier version of the program wrote the mail.
    recipient_hash: Option<i64>,
    letter: String,
    language: String,
    created_at: i64,
    tries: i64,
    now: i64,
}

impl TryFrom<MailRow> for Mail {
    type Error = StoreError;

    fn try_from(row: MailRow) -> Result<Self, StoreError> {
        let created_at = timestamp(row.created_at)?;
        Ok(Self {
            id: row.id,
            token: row.token,
            recipient: row.recipient,
            content: serde_json::from_str(&row.letter)
                .map_err(|error| StoreError::Inconsistent(format!("mail {}: {error}", row.id)))?,
            language: row.language,
            created_at,
            age: timestamp(row.now)?.since(created_at),
            tries: small(row.tries)?,
            earlier: 0,
        })
    }
}
