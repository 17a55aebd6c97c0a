//! SQL for announcements.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{Act, Announcement, AnnouncementId, Epoch, StaffName, Timestamp, Zone};
use sqlx::FromRow;
use tokio::sync::Notify;

use super::{
    ActiveAnnouncement, ActiveAnnouncements, AnnounceError, Announcements, MAX_ANNOUNCEMENTS,
    NewAnnouncement,
};
use crate::{
    Change, Feed, StoreError,
    feed::Publish,
    journal,
    rows::{large, millis, timestamp},
    settings::SettingsCache,
    sql::{Backend, Connection, Dialect, query},
};

/// How long ended announcements are kept. Then they are deleted, so that their authors are not kept
/// for ever.
const KEEP_ENDED: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// Announcements, for both databases.
#[derive(Clone)]
pub(crate) struct SqlAnnouncements<B> {
    pub(crate) backend: B,
    pub(crate) feed: Arc<Feed>,
    /// For the time zone, in which days end.
    pub(crate) settings: SettingsCache,
    pub(crate) publish: Publish,
    /// Notified after each change, because a different announcement may now be the next to end.
    pub(crate) changed: Arc<Notify>,
}

#[async_trait]
impl<B: Backend> Announcements for SqlAnnouncements<B> {
    async fn announce(&self, new: NewAnnouncement) -> Result<Announcement, AnnounceError> {
        let this = self.clone();
        let announced = run_to_end(async move {
            let (inner, epoch) = (this.clone(), this.feed.epoch());
            let job = this.backend.write(move |connection, _| {
                Box::pin(async move {
                    let settings = inner.settings.current();
                    let zone = settings.profile.zone();
                    let announced = announce(&inner.backend, connection, &new, zone).await?;
                    inner.publish_active(connection, &epoch).await;
                    Ok(announced)
                })
            });
            job.await
        });
        announced.await?.ok_or(AnnounceError::TooMany)
    }

    async fn withdraw(&self, id: AnnouncementId, by: &StaffName) -> Result<bool, StoreError> {
        let (this, by) = (self.clone(), by.clone());
        run_to_end(async move {
            let (inner, epoch) = (this.clone(), this.feed.epoch());
            let job = this.backend.write(move |connection, _| {
                Box::pin(async move {
                    let withdrawn = withdraw(&inner.backend, connection, id, &by).await?;
                    inner.publish_active(connection, &epoch).await;
                    Ok(withdrawn)
                })
            });
            job.await
        })
        .await
    }

    async fn active(&self) -> Result<ActiveAnnouncements, StoreError> {
        let reading = async {
            let connection = &mut *self.backend.reader().await?;
            let now = self.backend.now(connection).await?;
            active(connection, now).await
        };
        self.backend.in_time(reading).await
    }
}

impl<B: Backend> SqlAnnouncements<B> {
    /// Reads the active announcements after a commit, through the same connection, and publishes
    /// them. The epoch was read before the write.
    async fn publish_active(&self, connection: &mut B::Connection, epoch: &Epoch) {
        let reading = async {
            let now = self.backend.now(connection).await?;
            active(connection, now).await
        };
        match reading.await {
            Ok(active) => (self.publish)(epoch, Change::News(active.news())),
            Err(error) => {
                // The background task reads and publishes them later.
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "a change of the announcements is published late");
            }
        }
        self.changed.notify_one();
    }
}

/// Runs the work in a task of its own, so that it finishes even if the caller is dropped.
async fn run_to_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    let gone = |_| StoreError::Failed(Arc::new(sqlx::Error::WorkerCrashed));
    tokio::spawn(work).await.map_err(gone)?
}

/// The active announcements, with their authors.
pub(crate) async fn active<C: Connection>(
    connection: &mut C,
    now: Timestamp,
) -> Result<ActiveAnnouncements, StoreError> {
    let rows: Vec<AnnouncementsRow> = query(
        "select changes + (select count(*) from announcement
                           where withdrawn_at is null and ends_at <= $1) as version,
                number, text, ends_at, made_by, made_at
         from bulletin
         left join announcement on withdrawn_at is null and ends_at > $1
         order by number",
    )
    .bind(millis(now))
    .fetch_all(connection)
    .await?;
    let first = rows.first();
    let first = first
        .ok_or_else(|| StoreError::Inconsistent("the announcements have no version".to_owned()))?;
    let version = large(first.version)?;
    let items = rows.into_iter().filter_map(|row| row.announcement.read());
    Ok(ActiveAnnouncements {
        version,
        items: items.collect::<Result<_, _>>()?,
        now,
    })
}

/// Makes an announcement, or returns `None` if too many are active.
async fn announce<B: Backend>(
    backend: &B,
    connection: &mut B::Connection,
    new: &NewAnnouncement,
    zone: &Zone,
) -> Result<Option<Announcement>, StoreError> {
    let mut transaction = connection.begin_write().await?;
    lock(&mut *transaction).await?;
    let made: Option<(i64, String, i64)> =
        query("select number, text, ends_at from announcement where key = $1")
            .bind(new.key.as_str())
            .fetch_optional(&mut *transaction)
            .await?;
    if let Some((number, text, ends_at)) = made {
        return announcement(number, &text, ends_at).map(Some);
    }
    let now = backend.now(&mut *transaction).await?;
    if active(&mut *transaction, now).await?.items.len() >= MAX_ANNOUNCEMENTS {
        return Ok(None);
    }
    delete_old(&mut *transaction, now).await?;
    let number: i64 = query("update bulletin set changes = changes + 1 returning changes")
        .fetch_scalar(&mut *transaction)
        .await?;
    let ends_at = millis(new.end.of(now, zone));
    query(
        "insert into announcement (number, key, text, made_at, made_by, ends_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(number)
    .bind(new.key.as_str())
    .bind(new.text.as_str())
    .bind(millis(now))
    .bind(new.by.as_str())
    .bind(ends_at)
    .execute(&mut *transaction)
    .await?;
    let act = Act::Announced {
        text: new.text.clone(),
    };
    journal::write(&mut *transaction, now, Some(&new.by), act).await?;
    transaction.commit().await?;
    announcement(number, new.text.as_str(), ends_at).map(Some)
}

async fn withdraw<B: Backend>(
    backend: &B,
    connection: &mut B::Connection,
    id: AnnouncementId,
    by: &StaffName,
) -> Result<bool, StoreError> {
    let mut transaction = connection.begin_write().await?;
    lock(&mut *transaction).await?;
    let now = backend.now(&mut *transaction).await?;
    let withdrawn: Option<String> = query(
        "update announcement set withdrawn_at = $2, withdrawn_by = $3
         where number = $1 and withdrawn_at is null and ends_at > $2
         returning text",
    )
    // No announcement has a number too large for an `i64`.
    .bind(i64::try_from(id.number()).unwrap_or(-1))
    .bind(millis(now))
    .bind(by.as_str())
    .fetch_optional_scalar(&mut *transaction)
    .await?;
    let Some(text) = withdrawn else {
        return Ok(false);
    };
    query("update bulletin set changes = changes + 1")
        .execute(&mut *transaction)
        .await?;
    let text = text
        .parse()
        .map_err(|error| StoreError::Inconsistent(format!("announcement {id}: {error}")))?;
    let act = Act::AnnouncementWithdrawn { text };
    journal::write(&mut *transaction, now, Some(by), act).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Makes instances change announcements one after the other, so that each change has its own
/// version. SQLite's write transactions do that by themselves.
async fn lock<C: Connection>(connection: &mut C) -> Result<(), StoreError> {
    if C::DIALECT == Dialect::Postgres {
        for statement in [
            // A server with `synchronous_commit = off` could lose a commit that was acknowledged.
            "select set_config('synchronous_commit', 'on', true)
             from bulletin where current_setting('synchronous_commit') = 'off'",
            "select from bulletin for update",
        ] {
            query(statement).execute(connection).await?;
        }
    }
    Ok(())
}

/// Deletes old announcements, and adds the number that ended by themselves to the stored version.
async fn delete_old<C: Connection>(connection: &mut C, now: Timestamp) -> Result<(), StoreError> {
    for statement in [
        "update bulletin set changes = changes + (
             select count(*) from announcement where withdrawn_at is null and ends_at <= $1)",
        "delete from announcement where ends_at <= $1",
    ] {
        query(statement)
            .bind(millis(now - KEEP_ENDED))
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// A result row: the version with one active announcement, or with nulls if none is active.
#[derive(FromRow)]
struct AnnouncementsRow {
    version: i64,
    #[sqlx(flatten)]
    announcement: AnnouncementRow,
}

#[derive(FromRow)]
struct AnnouncementRow {
    number: Option<i64>,
    text: Option<String>,
    ends_at: Option<i64>,
    made_by: Option<String>,
    made_at: Option<i64>,
}

impl AnnouncementRow {
    fn read(self) -> Option<Result<ActiveAnnouncement, StoreError>> {
        let announcement = announcement(self.number?, &self.text?, self.ends_at?);
        let (by, made_at) = (self.made_by?, timestamp(self.made_at?));
        Some(announcement.and_then(|announcement| {
            let by = by.parse();
            Ok(ActiveAnnouncement {
                announcement,
                by: by.map_err(|_| {
                    StoreError::Inconsistent(
                        "an announcement's author has no valid name".to_owned(),
                    )
                })?,
                made_at: made_at?,
            })
        }))
    }
}

/// An announcement from its row's columns.
fn announcement(number: i64, text: &str, ends_at: i64) -> Result<Announcement, StoreError> {
    Ok(Announcement {
        id: AnnouncementId::from_number(large(number)?),
        text: text
            .parse()
            .map_err(|error| StoreError::Inconsistent(format!("announcement {number}: {error}")))?,
        until: timestamp(ends_at)?,
    })
}
