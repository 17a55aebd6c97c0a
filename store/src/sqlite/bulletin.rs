//! The bulletin of the embedded store.

use std::sync::Arc;

use async_trait::async_trait;
use shop::{Announcement, AnnouncementId, StaffName, Timestamp};
use sqlx::{Connection, SqliteConnection, SqliteExecutor, SqlitePool};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::errands::Errands;
use crate::{
    Bulletin, Change, Clock, Feed, InForce, NewAnnouncement, NotAnnounced, StoreError,
    bulletin::{self, BulletinRow, KEEP_OVER, MOST_IN_FORCE},
    rows::millis,
    writer::LOOK_AT_CLOCK,
};

/// The bulletin, as those who write on it have it.
#[derive(Clone)]
pub(super) struct Board {
    pub(super) reads: SqlitePool,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) errands: Errands,
    pub(super) feed: Arc<Feed>,
    /// Rung when something has changed.
    pub(super) bell: Arc<Notify>,
}

#[async_trait]
impl Bulletin for Board {
    async fn announce(&self, new: NewAnnouncement) -> Result<Announcement, NotAnnounced> {
        let board = self.clone();
        let announced = self.errands.run(move |connection, now| {
            Box::pin(async move {
                let announced = announce(connection, &new, now).await?;
                board.tell(connection, now).await?;
                Ok(announced)
            })
        });
        announced.await?.ok_or(NotAnnounced::TooMany)
    }

    async fn withdraw(&self, id: AnnouncementId, by: &StaffName) -> Result<bool, StoreError> {
        let (board, by) = (self.clone(), by.clone());
        let withdrawn = self.errands.run(move |connection, now| {
            Box::pin(async move {
                let withdrawn = withdraw(connection, id, &by, now).await?;
                board.tell(connection, now).await?;
                Ok(withdrawn)
            })
        });
        withdrawn.await
    }

    async fn in_force(&self) -> Result<InForce, StoreError> {
        in_force(&self.reads, self.clock.now()).await
    }
}

impl Board {
    /// Tells everybody what is in force, after a commit, by the hand that has written it.
    async fn tell(
        &self,
        connection: &mut SqliteConnection,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let news = in_force(connection, now).await?.news();
        self.feed.publish(Change::News(news));
        self.bell.notify_one();
        Ok(())
    }

    /// Tells everybody of each end when it has come, until this is dropped.
    pub(super) async fn tell_of_ends(self) {
        loop {
            let Ok(in_force) = self.in_force().await else {
                // Whoever asks meets it, too, and says so.
                sleep(LOOK_AT_CLOCK).await;
                continue;
            };
            let news = in_force.news();
            let next = news.items.iter().map(|item| item.until).min();
            self.feed.publish(Change::News(news));
            self.until_news(next).await;
        }
    }

    /// Returns when it is time, or something has changed.
    async fn until_news(&self, next: Option<Timestamp>) {
        let Some(next) = next else {
            return self.bell.notified().await;
        };
        // Whatever the clock does meanwhile, it is looked at often.
        while let left = next.since(self.clock.now())
            && !left.is_zero()
        {
            let nap = left.min(LOOK_AT_CLOCK);
            if timeout(nap, self.bell.notified()).await.is_ok() {
                return;
            }
        }
    }
}

/// What is in force, with who has said it.
pub(super) async fn in_force(
    reads: impl SqliteExecutor<'_>,
    now: Timestamp,
) -> Result<InForce, StoreError> {
    let rows: Vec<BulletinRow> = sqlx::query_as(
        "select changes + (select count(*) from announcement
                           where withdrawn_at is null and ends_at <= ?1) as version,
                ?1 as now, number, text, ends_at, made_by, made_at
         from bulletin
         left join announcement on withdrawn_at is null and ends_at > ?1
         order by number",
    )
    .bind(millis(now))
    .fetch_all(reads)
    .await?;
    bulletin::in_force(rows)
}

/// The announcement; none where there are too many.
async fn announce(
    connection: &mut SqliteConnection,
    new: &NewAnnouncement,
    now: Timestamp,
) -> Result<Option<Announcement>, StoreError> {
    let mut transaction = connection.begin_with("begin immediate").await?;
    let made: Option<(i64, String, i64)> =
        sqlx::query_as("select number, text, ends_at from announcement where key = ?")
            .bind(new.key.as_str())
            .fetch_optional(&mut *transaction)
            .await?;
    if let Some((number, text, ends_at)) = made {
        return bulletin::announcement(number, &text, ends_at).map(Some);
    }
    if in_force(&mut *transaction, now).await?.posted.len() >= MOST_IN_FORCE {
        return Ok(None);
    }
    forget(&mut transaction, now).await?;
    let number: i64 =
        sqlx::query_scalar("update bulletin set changes = changes + 1 returning changes")
            .fetch_one(&mut *transaction)
            .await?;
    let ends_at = millis(new.end.of(now));
    sqlx::query(
        "insert into announcement (number, key, text, made_at, made_by, ends_at)
         values (?, ?, ?, ?, ?, ?)",
    )
    .bind(number)
    .bind(new.key.as_str())
    .bind(new.text.as_str())
    .bind(millis(now))
    .bind(new.by.as_str())
    .bind(ends_at)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    bulletin::announcement(number, new.text.as_str(), ends_at).map(Some)
}

/// Forgets what has been over for long. What had ended by itself is counted from now on by
/// what is written.
async fn forget(connection: &mut SqliteConnection, now: Timestamp) -> Result<(), StoreError> {
    let long_ago = millis(now - KEEP_OVER);
    for statement in [
        "update bulletin set changes = changes + (
             select count(*) from announcement where withdrawn_at is null and ends_at <= ?)",
        "delete from announcement where ends_at <= ?",
    ] {
        sqlx::query(statement)
            .bind(long_ago)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn withdraw(
    connection: &mut SqliteConnection,
    id: AnnouncementId,
    by: &StaffName,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut transaction = connection.begin_with("begin immediate").await?;
    let withdrawn = sqlx::query(
        "update announcement set withdrawn_at = ?2, withdrawn_by = ?3
         where number = ?1 and withdrawn_at is null and ends_at > ?2",
    )
    .bind(bulletin::number(id))
    .bind(millis(now))
    .bind(by.as_str())
    .execute(&mut *transaction)
    .await?;
    if withdrawn.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("update bulletin set changes = changes + 1")
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(true)
}
