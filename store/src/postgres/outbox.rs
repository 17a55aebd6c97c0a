//! The outbox of many instances. Whoever is free sends: a row that another instance is
//! about to claim is passed over, and a claim whose instance has died ends by itself.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::{Value, json};
use shop::Timestamp;
use sqlx::{PgConnection, PgPool};
use tokio::sync::Notify;

use super::in_time;
use crate::{
    Mail, Outbox, Settled, StoreError,
    outbox::{MailRow, NewMail, in_millis, settling},
    rows::{large, millis},
};

/// The outbox as one instance has it.
pub(super) struct Counter {
    pub(super) pool: PgPool,
    /// Rung when this instance has written a mail.
    pub(super) bell: Arc<Notify>,
}

#[async_trait]
impl Outbox for Counter {
    async fn claim(&self, lease: Duration) -> Result<Option<Mail>, StoreError> {
        let claiming = async {
            let row: Option<MailRow> = sqlx::query_as(
                "with moment as materialized (select shop_now() as now),
                 one as materialized (
                    select id from mail, moment
                    where state = 'waiting' and due_at <= now and coalesce(claimed_until, 0) <= now
                    order by due_at, id limit 1
                    for update of mail skip locked
                 )
                 update mail set claimed_until = now + $1, tries = tries + 1
                 from one, moment where mail.id = one.id
                 returning mail.id, token, recipient, letter, language, created_at, tries, now",
            )
            .bind(in_millis(lease))
            .fetch_optional(&self.pool)
            .await?;
            row.map(Mail::try_from).transpose()
        };
        in_time(claiming).await
    }

    async fn settle(&self, mail: &Mail, settled: Settled) -> Result<(), StoreError> {
        let (state, later, counts) = settling(settled);
        let settling = async {
            sqlx::query(
                "update mail set state = coalesce($3, state), claimed_until = null,
                        due_at = greatest(due_at, shop_now() + $4),
                        recipient = case when $3::text is null then recipient end,
                        letter = case when $3::text is null then letter end,
                        tries = tries - $5
                 where id = $1 and tries = $2 and state = 'waiting'",
            )
            .bind(mail.id)
            .bind(i64::from(mail.tries))
            .bind(state)
            .bind(later)
            .bind(i64::from(!counts))
            .execute(&self.pool)
            .await?;
            Ok(())
        };
        in_time(settling).await
    }

    async fn waiting(&self) -> Result<u64, StoreError> {
        let counting = async {
            let count = sqlx::query_scalar("select count(*) from mail where state = 'waiting'");
            large(count.fetch_one(&self.pool).await?)
        };
        in_time(counting).await
    }

    async fn rung(&self) {
        self.bell.notified().await;
    }
}

/// Writes mails down, in the transaction of what they tell of.
pub(super) async fn write(
    connection: &mut PgConnection,
    mails: &[NewMail],
    now: Timestamp,
) -> Result<(), StoreError> {
    if mails.is_empty() {
        return Ok(());
    }
    let rows: Value = mails
        .iter()
        .map(|mail| {
            json!({
                "token": mail.token,
                "recipient": mail.recipient,
                "letter": mail.letter,
                "language": mail.language,
            })
        })
        .collect();
    sqlx::query(
        "insert into mail (token, recipient, letter, language, created_at, due_at, tries, state)
         select token, recipient, letter, language, $2, $2, 0, 'waiting'
         from json_to_recordset($1::text::json) as new
              (token text, recipient text, letter text, language text)",
    )
    .bind(rows.to_string())
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(())
}
