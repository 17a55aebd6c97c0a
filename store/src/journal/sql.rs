//! SQL for the journal.

use async_trait::async_trait;
use shop::{Act, ActGroup, Changes, JournalEntry, StaffName, Timestamp};
use sqlx::FromRow;

use super::{Journal, JournalFilter, NumberedEntry};
use crate::{
    StoreError,
    rows::{large, millis, timestamp},
    sql::{Backend, Connection, Dialect, query},
};

/// The journal, for both databases.
pub(crate) struct SqlJournal<B>(pub(crate) B);

#[async_trait]
impl<B: Backend> Journal for SqlJournal<B> {
    async fn entries(
        &self,
        filter: &JournalFilter,
        before: Option<u64>,
        most: u32,
    ) -> Result<Vec<NumberedEntry>, StoreError> {
        let reading = async {
            let connection = &mut *self.0.reader().await?;
            entries(connection, filter, before, most).await
        };
        self.0.in_time(reading).await
    }
}

/// Writes the entries of a batch, in the batch's transaction.
pub(crate) async fn save<C: Connection>(
    connection: &mut C,
    changes: &Changes,
) -> Result<(), StoreError> {
    for entry in &changes.journal {
        insert(connection, entry).await?;
    }
    Ok(())
}

/// Writes an entry about what a member of staff has just done, in the same transaction. `by` is
/// `None` for a command on the shop's own machine.
pub(crate) async fn write<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    by: Option<&StaffName>,
    act: Act,
) -> Result<(), StoreError> {
    let entry = JournalEntry {
        at: now,
        by: by.cloned(),
        act,
        reason: None,
    };
    insert(connection, &entry).await
}

async fn insert<C: Connection>(connection: &mut C, entry: &JournalEntry) -> Result<(), StoreError> {
    let act = serde_json::to_string(&entry.act)
        .map_err(|error| StoreError::Inconsistent(error.to_string()))?;
    query(
        "insert into journal (at, made_by, kind, subject, act, reason)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(millis(entry.at))
    .bind(entry.by.as_ref().map(StaffName::as_str))
    .bind(entry.act.kind())
    .bind(entry.act.subject())
    .bind(act)
    .bind(entry.reason.as_ref().map(shop::Reason::as_str))
    .execute(connection)
    .await?;
    Ok(())
}

async fn entries<C: Connection>(
    connection: &mut C,
    filter: &JournalFilter,
    before: Option<u64>,
    most: u32,
) -> Result<Vec<NumberedEntry>, StoreError> {
    let kinds = filter.group.map_or(&[][..], ActGroup::kinds);
    let moment = |at: Option<Timestamp>| at.map(millis);
    let statement = match C::DIALECT {
        Dialect::Sqlite => {
            "select id, at, made_by, kind, subject, act, reason from journal
             where id < $1
               and ($2 is null or made_by = $2)
               and (not $3 or kind in (select value from json_each($4)))
               and ($5 is null or subject = $5)
               and ($6 is null or at >= $6) and ($7 is null or at < $7)
             order by id desc limit $8"
        }
        Dialect::Postgres => {
            "select id, at, made_by, kind, subject, act, reason from journal
             where id < $1
               and ($2::text is null or made_by = $2)
               and ($3 = 0 or kind = any($4))
               and ($5::text is null or subject = $5)
               and ($6::bigint is null or at >= $6) and ($7::bigint is null or at < $7)
             order by id desc limit $8"
        }
    };
    let rows: Vec<Row> = query(statement)
        .bind(before.map_or(i64::MAX, |number| i64::try_from(number).unwrap_or(i64::MAX)))
        .bind(filter.by.as_ref().map(StaffName::as_str))
        .bind(filter.group.is_some())
        .bind(kinds.to_vec())
        .bind(filter.subject.clone())
        .bind(moment(filter.from))
        .bind(moment(filter.until))
        .bind(most)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::read).collect()
}

#[derive(FromRow)]
struct Row {
    id: i64,
    at: i64,
    made_by: Option<String>,
    kind: String,
    subject: Option<String>,
    act: String,
    reason: Option<String>,
}

impl Row {
    fn read(self) -> Result<NumberedEntry, StoreError> {
        let by = self.by()?;
        // One damaged entry must not hide the rest of the journal.
        let act = serde_json::from_str(&self.act).unwrap_or_else(|error| {
            tracing::warn!(%error, id = self.id, "an act of the journal cannot be read");
            Act::Unknown
        });
        let reason = self.reason.as_deref().map(str::parse).transpose();
        Ok(NumberedEntry {
            number: large(self.id)?,
            entry: JournalEntry {
                at: timestamp(self.at)?,
                by,
                act,
                reason: reason.map_err(|_| {
                    StoreError::Inconsistent(format!("entry {} of the journal: a reason", self.id))
                })?,
            },
            kind: self.kind,
            subject: self.subject,
            written: self.act,
        })
    }

    fn by(&self) -> Result<Option<StaffName>, StoreError> {
        let by = self.made_by.as_deref().map(str::parse).transpose();
        by.map_err(|_| {
            StoreError::Inconsistent(format!("entry {} of the journal: an author", self.id))
        })
    }
}
