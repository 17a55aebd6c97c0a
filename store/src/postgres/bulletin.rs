//! The bulletin of many instances. Its one row is locked by whoever changes it, so that
//! changes have an order and a version each.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{Announcement, AnnouncementId, StaffName};
use sqlx::{PgConnection, PgExecutor, PgPool, Postgres, Transaction};
use tokio::sync::Notify;

use super::{announce::Announcer, in_time};
use crate::{
    Bulletin, Change, Feed, InForce, NewAnnouncement, NotAnnounced, StoreError,
    bulletin::{self, BulletinRow, KEEP_OVER, MOST_IN_FORCE},
    outbox::in_millis,
    rows::millis,
};

/// The bulletin as one instance has it.
#[derive(Clone)]
pub(super) struct Board {
    pub(super) pool: PgPool,
    pub(super) feed: Arc<Feed>,
    pub(super) announcer: Announcer,
    /// Rung when what is followed must be read again: with it, when the next one ends.
    pub(super) ring: Arc<Notify>,
}

#[async_trait]
impl Bulletin for Board {
    async fn announce(&self, new: NewAnnouncement) -> Result<Announcement, NotAnnounced> {
        let board = self.clone();
        let announced = to_its_end(async move {
            let announced = announce(&board.pool, &new).await?;
            board.tell().await;
            Ok(announced)
        });
        announced.await?.ok_or(NotAnnounced::TooMany)
    }

    async fn withdraw(&self, id: AnnouncementId, by: &StaffName) -> Result<bool, StoreError> {
        let (board, by) = (self.clone(), by.clone());
        to_its_end(async move {
            let withdrawn = withdraw(&board.pool, id, &by).await?;
            board.tell().await;
            Ok(withdrawn)
        })
        .await
    }

    async fn in_force(&self) -> Result<InForce, StoreError> {
        in_time(in_force(&self.pool)).await
    }
}

impl Board {
    /// Tells everybody what is in force, after a commit.
    async fn tell(&self) {
        // If it cannot be read now, it is read again within two seconds, here and elsewhere.
        if let Ok(in_force) = in_force(&self.pool).await {
            let change = Change::News(in_force.news());
            self.announcer.announce(&change);
            self.feed.publish(change);
        }
        self.ring.notify_one();
    }
}

/// Does something that is begun, whether or not whoever has asked for it stays.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    let working = tokio::spawn(in_time(work));
    let gone = |_| StoreError::Failed(Arc::new(sqlx::Error::WorkerCrashed));
    working.await.map_err(gone)?
}

/// What is in force, with who has said it.
pub(super) async fn in_force(reads: impl PgExecutor<'_>) -> Result<InForce, StoreError> {
    let rows: Vec<BulletinRow> = sqlx::query_as(
        "with moment as materialized (select shop_now() as now)
         select changes + (select count(*) from announcement, moment
                           where withdrawn_at is null and ends_at <= now) as version,
                now, number, text, ends_at, made_by, made_at
         from bulletin cross join moment
         left join announcement on withdrawn_at is null and ends_at > now
         order by number",
    )
    .fetch_all(reads)
    .await?;
    bulletin::in_force(rows)
}

/// How long it is until the next one ends, if one is in force.
pub(super) async fn next_end(reads: &mut PgConnection) -> Result<Option<Duration>, StoreError> {
    let left: Option<i64> = sqlx::query_scalar(
        "with moment as materialized (select shop_now() as now)
         select min(ends_at - now) from announcement, moment
         where withdrawn_at is null and ends_at > now",
    )
    .fetch_one(reads)
    .await?;
    Ok(left.map(|left| Duration::from_millis(left.unsigned_abs())))
}

/// Begins a change: the others wait, and what they have changed is seen.
async fn begin(pool: &PgPool) -> Result<Transaction<'static, Postgres>, StoreError> {
    let mut transaction = pool.begin().await?;
    sqlx::query(
        // No setting of the server may take back what a commit promises.
        "select set_config('synchronous_commit', 'on', true)
         from bulletin where current_setting('synchronous_commit') = 'off'",
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query("select from bulletin for update")
        .execute(&mut *transaction)
        .await?;
    Ok(transaction)
}

/// The announcement; none where there are too many.
async fn announce(
    pool: &PgPool,
    new: &NewAnnouncement,
) -> Result<Option<Announcement>, StoreError> {
    let mut transaction = begin(pool).await?;
    let made: Option<(i64, String, i64)> =
        sqlx::query_as("select number, text, ends_at from announcement where key = $1")
            .bind(new.key.as_str())
            .fetch_optional(&mut *transaction)
            .await?;
    if let Some((number, text, ends_at)) = made {
        return bulletin::announcement(number, &text, ends_at).map(Some);
    }
    let before = in_force(&mut *transaction).await?;
    if before.posted.len() >= MOST_IN_FORCE {
        return Ok(None);
    }
    let now = before.now;
    forget(&mut transaction, millis(now) - in_millis(KEEP_OVER)).await?;
    let number: i64 =
        sqlx::query_scalar("update bulletin set changes = changes + 1 returning changes")
            .fetch_one(&mut *transaction)
            .await?;
    let ends_at = millis(new.end.of(now));
    sqlx::query(
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
    transaction.commit().await?;
    bulletin::announcement(number, new.text.as_str(), ends_at).map(Some)
}

/// Forgets what has been over for long. What had ended by itself is counted from now on by
/// what is written.
async fn forget(connection: &mut PgConnection, long_ago: i64) -> Result<(), StoreError> {
    sqlx::query(
        "with gone as (delete from announcement where ends_at <= $1 returning withdrawn_at)
         update bulletin
         set changes = changes + (select count(*) from gone where withdrawn_at is null)
         where exists (select from gone)",
    )
    .bind(long_ago)
    .execute(connection)
    .await?;
    Ok(())
}

async fn withdraw(pool: &PgPool, id: AnnouncementId, by: &StaffName) -> Result<bool, StoreError> {
    let mut transaction = begin(pool).await?;
    let withdrawn = sqlx::query(
        "with moment as materialized (select shop_now() as now)
         update announcement set withdrawn_at = now, withdrawn_by = $2
         from moment where number = $1 and withdrawn_at is null and ends_at > now",
    )
    .bind(bulletin::number(id))
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
