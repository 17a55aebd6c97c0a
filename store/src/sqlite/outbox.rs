//! The outbox of the embedded store.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::{Value, json};
use shop::Timestamp;
use sqlx::{SqliteConnection, SqlitePool};
use tokio::sync::Notify;

use super::errands::Errands;
use crate::{
    Clock, Mail, Outbox, Settled, StoreError,
    outbox::{MailRow, NewMail, in_millis, settling},
    rows::millis,
};

/// The sender's side.
pub(super) struct Counter {
    pub(super) reads: SqlitePool,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) errands: Errands,
    /// Rung when a mail was written.
    pub(super) bell: Arc<Notify>,
}

#[async_trait]
impl Outbox for Counter {
    async fn claim(&self, lease: Duration) -> Result<Option<Mail>, StoreError> {
        // Mostly there is none, and then nobody who writes is troubled.
        let due: bool = sqlx::query_scalar(
            "select exists (select 1 from mail where state = 'waiting' and due_at <= ?1
                            and coalesce(claimed_until, 0) <= ?1)",
        )
        .bind(millis(self.clock.now()))
        .fetch_one(&self.reads)
        .await?;
        if !due {
            return Ok(None);
        }
        self.errands
            .run(move |connection, now| Box::pin(claim(connection, lease, now)))
            .await
    }

    async fn settle(&self, mail: &Mail, settled: Settled) -> Result<(), StoreError> {
        let mail = mail.clone();
        self.errands
            .run(move |connection, now| {
                Box::pin(async move { settle(connection, &mail, settled, now).await })
            })
            .await
    }

    async fn waiting(&self) -> Result<u64, StoreError> {
        let count = sqlx::query_scalar("select count(*) from mail where state = 'waiting'");
        Ok(count.fetch_one(&self.reads).await?)
    }

    async fn rung(&self) {
        self.bell.notified().await;
    }
}

async fn claim(
    connection: &mut SqliteConnection,
    lease: Duration,
    now: Timestamp,
) -> Result<Option<Mail>, StoreError> {
    let row: Option<MailRow> = sqlx::query_as(
        "update mail set claimed_until = ?1 + ?2, tries = tries + 1
         where id = (select id from mail where state = 'waiting' and due_at <= ?1
                     and coalesce(claimed_until, 0) <= ?1 order by due_at, id limit 1)
         returning id, token, recipient, letter, language, created_at, tries, ?1 as now",
    )
    .bind(millis(now))
    .bind(in_millis(lease))
    .fetch_optional(connection)
    .await?;
    row.map(Mail::try_from).transpose()
}

async fn settle(
    connection: &mut SqliteConnection,
    mail: &Mail,
    settled: Settled,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (state, later, counts) = settling(settled);
    sqlx::query(
        "update mail set state = coalesce(?3, state), claimed_until = null, due_at = max(due_at, ?4),
                recipient = iif(?3 is null, recipient, null), letter = iif(?3 is null, letter, null),
                tries = tries - ?5
         where id = ?1 and tries = ?2 and state = 'waiting'",
    )
    .bind(mail.id)
    .bind(mail.tries)
    .bind(state)
    .bind(millis(now).saturating_add(later))
    .bind(i64::from(!counts))
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes mails down, in the transaction of what they tell of.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    mails: &[NewMail],
    now: Timestamp,
) -> Result<(), StoreError> {
    if mails.is_empty() {
        return Ok(());
    }
    let rows: Value = mails
        .iter()
        .map(|mail| json!([mail.token, mail.recipient, mail.letter, mail.language]))
        .collect();
    sqlx::query(
        "insert into mail (token, recipient, letter, language, created_at, due_at, tries, state)
         select new.value ->> 0, new.value ->> 1, new.value ->> 2, new.value ->> 3, ?2, ?2, 0, 'waiting'
         from json_each(?1) as new order by new.key",
    )
    .bind(rows.to_string())
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(())
}
