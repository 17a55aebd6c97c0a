//! Deletes expired rows, a slice at a time.

use std::time::Duration;

use shop::{Terms, Timestamp};

use crate::{
    StoreError,
    outbox::KEEP_MAIL,
    rows::millis,
    sql::{Connection, Dialect, query},
};

/// How often to look for something to delete.
pub(crate) const TIDY_EVERY: Duration = Duration::from_secs(60);
/// How long results of submissions are kept: twice the day that is promised.
pub(crate) const KEEP_ANSWERS: Duration = Duration::from_secs(48 * 60 * 60);

/// The rows of a slice and the pauses between slices.
///
/// The pauses leave most of the database's time to the shop, and yet tidying deletes faster than a
/// busy shop writes (`docs/benchmarks.md`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// The most rows of each kind.
    pub(crate) rows: u32,
    /// The shortest pause after a slice.
    pub(crate) pause: Duration,
    /// The pause after a slice is at least this many times as long as the slice took, so that on a
    /// slow disk tidying does not take more of the time.
    pub(crate) rest: u32,
}

impl Pace {
    /// The pause after a slice that took this long.
    pub(crate) fn pause_after(self, took: Duration) -> Duration {
        self.pause.max(took * self.rest)
    }
}

/// Deletes expired mails and waits, in PostgreSQL submissions too; erases contacts; ends lapsed
/// holds for good. Returns whether more is due.
///
/// A slice deletes a limited number of rows and finds them by an index. It needs no book's lock,
/// because nothing else uses these rows any more.
pub(crate) async fn delete_slice<C: Connection>(
    connection: &mut C,
    pace: Pace,
    now: Timestamp,
    keep_contact: Duration,
) -> Result<bool, StoreError> {
    // SQLite's are deleted by a sweep (`sqlite/sweep.rs`).
    let submissions = match C::DIALECT {
        Dialect::Sqlite => None,
        Dialect::Postgres => Some((SUBMISSIONS, now - KEEP_ANSWERS)),
    };
    let others = [
        (lapsed_holds(C::DIALECT), now - Terms::LAPSED_FOR),
        (waits(C::DIALECT), now),
        (contacts(C::DIALECT), now - keep_contact),
        (mails(C::DIALECT), now - KEEP_MAIL),
    ];
    let mut more = false;
    for (statement, before) in submissions.into_iter().chain(others) {
        let rows = query(statement)
            .bind(millis(before))
            .bind(pace.rows)
            .execute(&mut *connection)
            .await?;
        more |= rows >= u64::from(pace.rows);
    }
    Ok(more)
}

/// A submission is written once and never changed, so none can be locked.
const SUBMISSIONS: &str = "delete from submission where (shopper, key) in (
    select shopper, key from submission where at <= $1 order by at limit $2)";

// In PostgreSQL, rows that another transaction has locked are left for the next time: waiting could
// end in a deadlock, because a batch locks rows in another order.

/// A cart shows a lapsed hold for a limited time only. After that no batch reads it.
fn lapsed_holds(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "update hold set state = 'expired' where id in (
                select id from hold where state = 'lapsed' and expires_at <= $1
                order by expires_at limit $2)"
        }
        Dialect::Postgres => {
            "update hold set state = 'expired' where id in (
                select id from hold where state = 'lapsed' and expires_at <= $1
                order by expires_at limit $2 for no key update skip locked)"
        }
    }
}

fn waits(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "delete from wait where (book_id, place) in (
                select book_id, place from wait where ends_at <= $1
                order by ends_at limit $2)"
        }
        Dialect::Postgres => {
            "delete from wait where (book_id, place) in (
                select book_id, place from wait where ends_at <= $1
                order by ends_at limit $2 for update skip locked)"
        }
    }
}

fn contacts(dialect: Dialect) -> &'static str {
    match dialect {
        // The index has only those that still have a contact.
        Dialect::Sqlite => {
            "update shop_order set name = null, reach = null, note = null where id in (
                select id from shop_order indexed by shop_order_to_erase
                where name is not null and closed_at <= $1
                order by closed_at limit $2)"
        }
        Dialect::Postgres => {
            "update shop_order set name = null, reach = null, note = null where id in (
                select id from shop_order where name is not null and closed_at <= $1
                order by closed_at limit $2 for no key update skip locked)"
        }
    }
}

fn mails(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "delete from mail where id in (
                select id from mail where created_at <= $1
                order by created_at limit $2)"
        }
        Dialect::Postgres => {
            "delete from mail where id in (
                select id from mail where created_at <= $1
                order by created_at limit $2 for update skip locked)"
        }
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection as _, SqliteConnection};

    use super::*;
    use crate::sqlite::MIGRATIONS;

    /// The pace of these tests.
    const THREE: Pace = Pace {
        rows: 3,
        pause: Duration::ZERO,
        rest: 0,
    };

    #[tokio::test]
    async fn a_slice_deletes_the_oldest_rows_and_knows_whether_more_are_due() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        MIGRATIONS.run(&mut connection).await.unwrap();
        let now = Timestamp::from_millis(0) + 2 * KEEP_MAIL;
        sqlx::query(
            "with mails (number) as (values (1), (2), (3), (4), (5), (6), (7))
             insert into mail (token, language, created_at, due_at, tries, state)
             select number, 'en', number, 0, 1, 'sent' from mails",
        )
        .execute(&mut connection)
        .await
        .unwrap();
        // This one is not due.
        sqlx::query("update mail set created_at = ? where token = '4'")
            .bind(millis(now))
            .execute(&mut connection)
            .await
            .unwrap();
        let mut slices = Vec::new();
        for _ in 0..3 {
            let more = delete_slice(&mut connection, THREE, now, Duration::ZERO).await;
            let left: String = sqlx::query_scalar("select group_concat(token, ' ') from mail")
                .fetch_one(&mut connection)
                .await
                .unwrap();
            slices.push((more.unwrap(), left));
        }
        let expected = [(true, "4 5 6 7"), (true, "4"), (false, "4")];
        let slices: Vec<_> = slices.iter().map(|(more, left)| (*more, &**left)).collect();
        assert_eq!(slices, expected);
    }

    #[test]
    fn on_a_slow_disk_the_pauses_are_longer() {
        let pace = Pace {
            rows: 1,
            pause: Duration::from_millis(10),
            rest: 4,
        };
        let pause = |took| pace.pause_after(Duration::from_millis(took)).as_millis();
        assert_eq!([pause(0), pause(1), pause(100)], [10, 10, 400]);
    }
}
