//! Deletes expired rows on a connection of its own, beside the batches and without locking any
//! book.

use std::{io, sync::Arc, time::Duration};

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};

use super::backend::now;
use crate::{
    Options, StoreError,
    clock_guard::ClockGuard,
    sql::Dialect,
    tidying::{Expired, Pace, delete_slice},
};

/// At most four thousand rows of each kind a second, in a fifth of one connection's time.
const TIDYING: Pace = Pace {
    rows: 100,
    pause: Duration::from_millis(25),
    rest: 4,
};
/// The time limit for connecting, and for a slice.
const WITHIN: Duration = Duration::from_secs(4);

/// Deletes expired rows each time `due` is notified: slice by slice, until none is left or the
/// clock is in doubt.
pub(super) async fn tidy_when_due(
    to: PgConnectOptions,
    due: Arc<Notify>,
    options: Options,
    clock_guard: Arc<ClockGuard>,
) {
    loop {
        due.notified().await;
        if let Err(error) = tidy(&to, &options, &clock_guard).await {
            // The rest is left for the next minute.
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "tidying up failed");
        }
    }
}

async fn tidy(
    to: &PgConnectOptions,
    options: &Options,
    clock_guard: &ClockGuard,
) -> Result<(), StoreError> {
    let Some(mut connection) = in_time(connect(to)).await? else {
        return Ok(());
    };
    let now = in_time(now(&mut connection)).await?;
    let mut due = Expired::kinds(Dialect::Postgres);
    while !due.is_empty() && !clock_guard.is_in_doubt() {
        let began = Instant::now();
        let slice = delete_slice(&mut connection, &due, TIDYING, now, options);
        due = in_time(slice).await?;
        sleep(TIDYING.pause_after(began.elapsed())).await;
    }
    in_time(async { Ok(connection.close().await?) }).await
}

/// A connection to tidy with, or `None` if another instance is tidying.
async fn connect(to: &PgConnectOptions) -> Result<Option<PgConnection>, StoreError> {
    let mut connection = PgConnection::connect_with(to).await?;
    // The lock is held until the connection ends. Its number depends on the schema, so that two
    // shops in one database do not exclude each other.
    let alone: bool = sqlx::query_scalar(
        "select pg_try_advisory_lock(7205759403792794 + current_schema()::regnamespace::oid::bigint)",
    )
    .fetch_one(&mut connection)
    .await?;
    if !alone {
        connection.close().await?;
        return Ok(None);
    }
    // No commit needs to wait for the disk: rows that a crash brings back are deleted again.
    sqlx::query("set synchronous_commit = off")
        .execute(&mut connection)
        .await?;
    Ok(Some(connection))
}

async fn in_time<T>(work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    match timeout(WITHIN, work).await {
        Ok(done) => done,
        Err(_) => Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into()).into()),
    }
}

#[cfg(test)]
mod tests {
    use shop::Timestamp;

    use super::*;
    use crate::postgres::open::MIGRATIONS;

    #[tokio::test]
    async fn a_slice_deletes_the_oldest_due_rows_and_reports_whether_it_was_full() {
        let server = std::env::var("BURTS_TEST_POSTGRES")
            .expect("BURTS_TEST_POSTGRES should be set: run this with scripts/with-postgres");
        let mut connection = PgConnection::connect(&server).await.unwrap();
        // The schema is gone when the transaction is rolled back.
        let mut connection = connection.begin().await.unwrap();
        let schema = "create schema slices; set local search_path to slices, public";
        sqlx::raw_sql(schema)
            .execute(&mut *connection)
            .await
            .unwrap();
        MIGRATIONS.run(&mut *connection).await.unwrap();
        sqlx::raw_sql(
            "insert into submission (shopper, key, fingerprint, answer, at)
             select decode(repeat('07', 16), 'hex'), number, decode(repeat('00', 32), 'hex'), '',
                    case number when 4 then 1e12::bigint else number end
             from generate_series(1, 7) as number",
        )
        .execute(&mut *connection)
        .await
        .unwrap();
        let (three, now) = (
            Pace { rows: 3, ..TIDYING },
            Timestamp::from_millis(1_000_000_000_000),
        );
        let mut slices = Vec::new();
        for _ in 0..3 {
            let due = [Expired::Submissions];
            let more = delete_slice(&mut *connection, &due, three, now, &Options::default()).await;
            let left: String =
                sqlx::query_scalar("select string_agg(key, ' ' order by key) from submission")
                    .fetch_one(&mut *connection)
                    .await
                    .unwrap();
            slices.push((!more.unwrap().is_empty(), left));
        }
        let slices: Vec<_> = slices.iter().map(|(more, left)| (*more, &**left)).collect();
        assert_eq!(slices, [(true, "4 5 6 7"), (true, "4"), (false, "4")]);
    }
}
