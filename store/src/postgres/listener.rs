//! Listens to the other instances' notifications, and reads followed topics again.
//!
//! Notifications are only a shortcut: they can be lost with their connection, and an instance
//! can die between its commit and its notification. So followed topics are read again every
//! two seconds, and at once after a reconnection. That is also how an instance finds out that
//! its database is away and its counts may be old. An announcement that ends is a change that
//! nobody writes: it is read at its time.

use std::{sync::Arc, time::Duration};

use sqlx::{
    Connection, PgConnection,
    postgres::{PgListener, PgPoolOptions},
};
use tokio::{
    sync::Notify,
    time::{MissedTickBehavior, interval, sleep, timeout},
};

use super::{DatabaseUrl, backend::now, notifier::changes_of, reads};
use crate::{
    Feed, StoreError, Topic,
    rows::{millis, timestamp},
    sql::query,
};

/// What is followed is read again this often.
const READ_EVERY: Duration = Duration::from_secs(2);
/// A read that takes longer has failed: the counts on open pages may be old.
const READ_WITHIN: Duration = Duration::from_secs(2);
/// And is tried again after this.
const TRY_AGAIN: Duration = Duration::from_millis(250);
/// Topics that are read in one statement.
const AT_ONCE: usize = 5_000;
/// An instance hears itself with every reading; one that has not for so long hears
/// nobody, and connects anew.
const SILENCE: Duration = Duration::from_secs(6);

/// Where an instance's notifications go.
#[derive(Debug, Clone)]
pub(super) struct Channels {
    /// To all of this shop's.
    pub(super) everyone: String,
    /// To itself alone.
    pub(super) own: String,
}

/// Reads again and again what is followed, by a connection of its own: one that has gone
/// silent is given up, and a new one made.
pub(super) async fn read_again(
    url: DatabaseUrl,
    feed: Arc<Feed>,
    reread: Arc<Notify>,
    own: String,
) {
    let (options, mut connection) = (url.options(), None);
    let mut every = interval(READ_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let reading = async {
            let mut taken = match connection.take() {
                Some(connection) => connection,
                None => PgConnection::connect_with(&options).await?,
            };
            let next = read(&mut taken, &feed, &own).await?;
            connection = Some(taken);
            Ok::<_, StoreError>(next)
        };
        match timeout(READ_WITHIN, reading).await {
            Ok(Ok(next)) => {
                if feed.is_stale() {
                    tracing::info!("the counts are up to date again");
                }
                feed.set_stale(false);
                tokio::select! {
                    _ = every.tick() => {}
                    () = reread.notified() => {}
                    () = sleep(next) => {}
                }
            }
            failed => {
                if !feed.is_stale() {
                    let error = failed.err().map(|_| "no answer in time".to_owned());
                    tracing::error!(?error, "PostgreSQL is away: open pages may show old counts");
                }
                feed.set_stale(true);
                sleep(TRY_AGAIN).await;
            }
        }
    }
}

/// Returns when something is known to change by itself, and [`READ_EVERY`] at the latest.
async fn read(
    connection: &mut PgConnection,
    feed: &Feed,
    own: &str,
) -> Result<Duration, StoreError> {
    let watched = feed.watched();
    for topics in watched.chunks(AT_ONCE) {
        for change in reads::known(connection, topics).await? {
            feed.publish(change);
        }
    }
    let next = match watched.contains(&Topic::News) {
        true => next_end(connection).await?,
        false => None,
    };
    // Even when nothing is followed: it says that the database is there.
    sqlx::query("select pg_notify($1, '')")
        .bind(own)
        .execute(connection)
        .await?;
    Ok(next.map_or(READ_EVERY, |next| next.min(READ_EVERY)))
}

/// How long it is until the next announcement ends, if one is active.
async fn next_end(connection: &mut PgConnection) -> Result<Option<Duration>, StoreError> {
    let now = now(connection).await?;
    let end: Option<i64> =
        query("select min(ends_at) from announcement where withdrawn_at is null and ends_at > $1")
            .bind(millis(now))
            .fetch_scalar(connection)
            .await?;
    let end = end.map(timestamp).transpose()?;
    Ok(end.map(|end| end.since(now)))
}

/// Listens, and has everything read again whenever it has begun to.
pub(super) async fn listen(
    url: DatabaseUrl,
    feed: Arc<Feed>,
    reread: Arc<Notify>,
    channels: Channels,
) {
    loop {
        if let Err(error) = listen_once(&url, &feed, &reread, &channels).await {
            tracing::debug!(%error, "not heard");
        }
        sleep(TRY_AGAIN).await;
    }
}

/// Returns when the connection is lost, or nothing comes through it.
async fn listen_once(
    url: &DatabaseUrl,
    feed: &Feed,
    reread: &Notify,
    channels: &Channels,
) -> Result<(), sqlx::Error> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(READ_WITHIN)
        .connect_lazy_with(url.options());
    let mut listener = PgListener::connect_with(&pool).await?;
    let both = [channels.everyone.as_str(), channels.own.as_str()];
    listener.listen_all(both).await?;
    // Listening first, then reading: a change in between is in one of them.
    reread.notify_one();
    while let Ok(heard) = timeout(SILENCE, listener.try_recv()).await {
        // None: the connection was lost, and whatever came meanwhile with it.
        let Some(notification) = heard? else {
            return Ok(());
        };
        for change in changes_of_notification(&notification) {
            feed.publish(change);
        }
    }
    tracing::warn!("no notification comes through: listening anew");
    Ok(())
}

fn changes_of_notification(notification: &sqlx::postgres::PgNotification) -> Vec<crate::Change> {
    match notification.payload() {
        // Its own.
        "" => Vec::new(),
        payload => changes_of(payload),
    }
}
