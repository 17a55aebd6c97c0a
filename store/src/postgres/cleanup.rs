//! Deletes what the shop no longer needs to keep, beside the batches: on a connection of its own, and
//! without the lock of any book.

use std::{io, sync::Arc, time::Duration};

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};

use super::backend::now;
use crate::{
    StoreError,
    tidying::{Pace, delete_slice},
};

/// At most four thousand rows of each kind a second, in a fifth of one connection's time.
const TIDYING: Pace = Pace {
    rows: 400,
    pause: Duration::from_millis(100),
    rest: 4,
};
/// The time limit for connecting, and for a slice.
const WITHIN: Duration = Duration::from_secs(4);

/// Deletes what is due each time this is notified, slice by slice until nothing is left.
pub(super) async fn tidy_when_due(to: PgConnectOptions, due: Arc<Notify>, keep_contact: Duration) {
    loop {
        due.notified().await;
        if let Err(error) = tidy(&to, keep_contact).await {
            // The rest is left for the next minute.
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "tidying up failed");
        }
    }
}

async fn tidy(to: &PgConnectOptions, keep_contact: Duration) -> Result<(), StoreError> {
    let Some(mut connection) = in_time(connect(to)).await? else {
        return Ok(());
    };
    loop {
        let began = Instant::now();
        let slice = async {
            let now = now(&mut connection).await?;
            delete_slice(&mut connection, TIDYING, now, keep_contact).await
        };
        if !in_time(slice).await? {
            break;
        }
        sleep(TIDYING.pause_after(began.elapsed())).await;
    }
    in_time(async { Ok(connection.close().await?) }).await
}

/// A connection to tidy with, or none if another instance is tidying.
async fn connect(to: &PgConnectOptions) -> Result<Option<PgConnection>, StoreError> {
    let mut connection = PgConnection::connect_with(to).await?;
    // Held until the connection ends. Two shops in one database do not exclude each other.
    let alone: bool = sqlx::query_scalar(
        "select pg_try_advisory_lock(7205759403792794 + current_schema()::regnamespace::oid::bigint)",
    )
    .fetch_one(&mut connection)
    .await?;
    if !alone {
        connection.close().await?;
        return Ok(None);
    }
    // What a crash brings back is due again, so no commit needs to wait for the disk.
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
