//! Deletes what the shop no longer needs to keep, a slice at a time.
//!
//! Whatever is due, a slice touches a limited number of rows, finds each by an index, and needs no
//! book's lock: nobody uses these rows any more. While more is due, slice follows slice with pauses,
//! so that tidying takes a small part of the database's time and yet deletes faster than a busy shop
//! writes (docs/benchmarks.md).

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

/// Deletes a slice of the expired mails and waits, in PostgreSQL of the submissions too, erases
/// contacts, and ends lapsed holds for good. Returns whether more is due.
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
    use super::*;

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
