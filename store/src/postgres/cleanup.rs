//! Deletes what the shop no longer needs to keep.

use std::time::Duration;

use shop::{Terms, Timestamp};
use sqlx::PgConnection;

use crate::{StoreError, outbox::KEEP_MAIL, rows::millis, writer::KEEP_ANSWERS};

/// Deletes expired submissions, mails, waits and contacts, and ends lapsed holds for good. If another
/// instance does so at the moment, this does nothing.
pub(super) async fn delete_expired(
    connection: &mut PgConnection,
    now: Timestamp,
    keep_contact: Duration,
) -> Result<(), StoreError> {
    let (lapsed, answers) = (millis(now - Terms::LAPSED_FOR), millis(now - KEEP_ANSWERS));
    let erase = millis(now - keep_contact);
    // Locked rows are left for the next time.
    sqlx::query(
        "with one as materialized (select pg_try_advisory_xact_lock(7205759403792794) as first),
         over as (
            update hold set state = 'expired' where id in (
                select hold.id from hold join stock using (book_id), one
                where first and state = 'lapsed' and expires_at <= $1
                limit 10000 for update skip locked)
         ), forgotten as (
            delete from submission using one where first and at <= $2
         ), sent as (
            delete from mail using one where first and created_at <= $4
         ), waited as (
             delete from wait where (book_id, place) in (
                 select book_id, place from wait, one where first and ends_at <= $5
                 limit 10000 for update of wait skip locked)
         )
         update shop_order set name = null, reach = null, note = null from one
         where first and name is not null and closed_at <= $3",
    )
    .bind(lapsed)
    .bind(answers)
    .bind(erase)
    .bind(millis(now - KEEP_MAIL))
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(())
}
