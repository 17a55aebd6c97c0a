//! SQL for the outbox: mails are written with a batch, and claimed and settled between batches.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::{Value, json};
use shop::{Changes, OrderState, Timestamp};
use tokio::sync::Notify;

use super::{COUNTED_FOR, Mail, MailContent, Outbox, SendOutcome, recipient_hash::recipient_hash};
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
    let (state, delay, counts) = match outcome {
        SendOutcome::Sent => (Some("sent"), Duration::ZERO, true),
        SendOutcome::GivenUp => (Some("given_up"), Duration::ZERO, true),
        SendOutcome::Obsolete => (Some("needless"), Duration::ZERO, true),
        SendOutcome::RetryAfter(delay) => (None, delay, true),
        SendOutcome::NotTried => (None, Duration::ZERO, false),
    };
    let due_at = millis(now).saturating_add(duration_millis(delay));
    query(
        "update mail set state = coalesce($3, state), claimed_until = null,
                due_at = case when due_at > $4 then due_at else $4 end,
                recipient = case when $3 is null then recipient end,
                letter = case when $3 is null then letter end,
                tries = tries - $5
         where id = $1 and tries = $2 and state = 'waiting'",
    )
    .bind(id)
    .bind(tries)
    .bind(state)
    .bind(due_at)
    .bind(!counts)
    .execute(connection)
    .await?;
    Ok(())
}

/// A mail to be written with a batch.
pub(crate) struct NewMail {
    token: String,
    recipient: String,
    content: String,
    language: &'static str,
}

/// The mails that these changes cause.
pub(crate) fn mails_for(changes: &Changes) -> Result<Vec<NewMail>, StoreError> {
    let placed = changes
        .orders
        .values()
        .filter(|order| order.version == 1 && order.state == OrderState::Placed);
    let confirmations = placed.filter_map(|order| {
        let contact = order.contact.as_ref()?;
        let recipient = contact.email()?.to_owned();
        let content = MailContent::OrderPlaced { order: order.code };
        Some((recipient, content, contact.language()))
    });
    let offers = changes.offer_mails.iter().filter_map(|(hold, mail)| {
        let hold = changes.holds.get(hold)?;
        let content = MailContent::CopyOffered {
            shopper: hold.shopper,
            book: hold.book.clone(),
            until: hold.expires_at,
            page_open: mail.page_open,
        };
        Some((mail.to.as_str().to_owned(), content, mail.to.language()))
    });
    let withdrawals = changes.withdrawal_mails.iter().map(|((book, _), email)| {
        let content = MailContent::BookWithdrawn { book: book.clone() };
        (email.as_str().to_owned(), content, email.language())
    });
    confirmations
        .chain(offers)
        .chain(withdrawals)
        .map(|(recipient, content, language)| {
            Ok(NewMail {
                token: format!("{:032x}", rand::random::<u128>()),
                recipient,
                content: serde_json::to_string(&content)
                    .map_err(|error| StoreError::Inconsistent(error.to_string()))?,
                language: language.tag(),
            })
        })
        .collect()
}

/// Writes mails in the transaction of the changes that cause them.
pub(crate) async fn write<C: Connection>(
    connection: &mut C,
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
                "recipient_hash": recipient_hash(&mail.recipient),
                "letter": mail.content,
                "language": mail.language,
            })
        })
        .collect();
    let statement = match C::DIALECT {
        Dialect::Sqlite => {
            "insert into mail (token, recipient, recipient_hash, letter, language, created_at, due_at,
                               tries, state)
             select new.value ->> 'token', new.value ->> 'recipient', new.value ->> 'recipient_hash',
                    new.value ->> 'letter', new.value ->> 'language', $2, $2, 0, 'waiting'
             from json_each($1) as new order by new.key"
        }
        Dialect::Postgres => {
            "insert into mail (token, recipient, recipient_hash, letter, language, created_at, due_at,
                               tries, state)
             select token, recipient, recipient_hash, letter, language, $2, $2, 0, 'waiting'
             from json_to_recordset($1::text::json) as new
                  (token text, recipient text, recipient_hash bigint, letter text, language text)"
        }
    };
    query(statement)
        .bind(rows.to_string())
        .bind(millis(now))
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
