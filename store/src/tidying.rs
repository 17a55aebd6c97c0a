//! Deletes expired rows, a slice at a time.

use std::time::Duration;

use shop::{Terms, Timestamp};

use crate::{
    Options, SHORTEST_JOURNAL, StoreError,
    outbox::KEEP_MAIL,
    rows::millis,
    sql::{Connection, Dialect, query},
};

/// How often to look for something to delete.
pub(crate) const TIDY_EVERY: Duration = Duration::from_secs(60);
/// How long results of submissions are kept: two days, although only one is promised.
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
    /// The pause after a slice is at least this many times as long as the slice took, so that
    /// tidying takes no larger share of the time on a slow disk.
    pub(crate) rest: u32,
}

impl Pace {
    /// The pause after a slice that took this long.
    pub(crate) fn pause_after(self, took: Duration) -> Duration {
        self.pause.max(took * self.rest)
    }
}

/// The kinds of rows that expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expired {
    /// Deleted here in PostgreSQL, by a sweep in SQLite (`sqlite/sweep.rs`).
    Submissions,
    /// Lapsed holds, which end for good.
    Holds,
    Waits,
    /// The contacts of closed orders, which are erased.
    Contacts,
    Mails,
    /// Entries of the journal.
    Journal,
}

impl Expired {
    /// The kinds that are deleted in slices.
    pub(crate) fn kinds(dialect: Dialect) -> Vec<Self> {
        let mut kinds = vec![
            Self::Holds,
            Self::Waits,
            Self::Contacts,
            Self::Mails,
            Self::Journal,
        ];
        if dialect == Dialect::Postgres {
            kinds.push(Self::Submissions);
        }
        kinds
    }

    /// Deletes the oldest expired rows, at most this many. Returns whether more may be due. The
    /// kind must be one of the [`kinds`](Self::kinds) of the connection's dialect.
    async fn delete<C: Connection>(
        self,
        connection: &mut C,
        rows: u32,
        now: Timestamp,
        options: &Options,
    ) -> Result<bool, StoreError> {
        let (statement, before) = match self {
            Self::Submissions => (SUBMISSIONS, now - KEEP_ANSWERS),
            Self::Holds => (lapsed_holds(C::DIALECT), now - Terms::LAPSED_FOR),
            Self::Waits => (waits(C::DIALECT), now),
            Self::Contacts => (contacts(C::DIALECT), now - options.keep_contact),
            Self::Mails => (mails(C::DIALECT), now - KEEP_MAIL),
            Self::Journal => (JOURNAL, now - options.keep_journal.max(SHORTEST_JOURNAL)),
        };
        let deleted = query(statement)
            .bind(millis(before))
            .bind(rows)
            .execute(connection)
            .await?;
        Ok(deleted >= u64::from(rows))
    }
}

/// Deletes a slice of each of these kinds. Returns the kinds of which more may be due.
///
/// The rows are found by an index. No book is locked, because nothing else uses these rows any
/// more.
pub(crate) async fn delete_slice<C: Connection>(
    connection: &mut C,
    kinds: &[Expired],
    pace: Pace,
    now: Timestamp,
    options: &Options,
) -> Result<Vec<Expired>, StoreError> {
    let mut more = Vec::new();
    for &kind in kinds {
        let connection = &mut *connection;
        if kind.delete(connection, pace.rows, now, options).await? {
            more.push(kind);
        }
    }
    Ok(more)
}

/// Finds submissions by their place in the table (`ctid`). A submission never changes once it
/// is written, so none can have moved or be locked.
const SUBMISSIONS: &str = "delete from submission where ctid = any (array (
    select ctid from submission where at <= $1 order by at limit $2))";

/// Entries are never changed, so none is locked. The database keeps those of the last month before
/// the newest.
const JOURNAL: &str = "delete from journal where id in (
    select id from journal
    where at <= $1 and at <= (select max(at) from journal) - 2592000000
    order by at limit $2)";

// In PostgreSQL, rows that another transaction has locked are left for the next time: waiting could
// end in a deadlock, because a batch locks rows in another order.

/// Ends lapsed holds for good. A cart shows them for a limited time only, and after that no batch
/// reads them.
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
        // The index has only the orders that still have a contact.
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
    async fn a_slice_deletes_the_oldest_due_rows_and_names_the_kinds_that_filled_it() {
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
        // One mail is not due.
        sqlx::query("update mail set created_at = ? where token = '4'")
            .bind(millis(now))
            .execute(&mut connection)
            .await
            .unwrap();
        let mut slices = Vec::new();
        for _ in 0..3 {
            let kinds = [Expired::Waits, Expired::Mails];
            let more = delete_slice(&mut connection, &kinds, THREE, now, &Options::default()).await;
            let left: String = sqlx::query_scalar("select group_concat(token, ' ') from mail")
                .fetch_one(&mut connection)
                .await
                .unwrap();
            slices.push((more.unwrap(), left));
        }
        // Only a kind that filled the slice is named, because more of it may be due.
        let (mails, none) = (&[Expired::Mails][..], &[][..]);
        let expected = [(mails, "4 5 6 7"), (mails, "4"), (none, "4")];
        let slices: Vec<_> = slices
            .iter()
            .map(|(more, left)| (&**more, &**left))
            .collect();
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
