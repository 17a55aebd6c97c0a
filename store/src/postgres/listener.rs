//! Listens to other instances' notifications, and reads followed topics again.

use std::{io, sync::Arc, time::Duration};

use sqlx::{
    Connection, PgConnection,
    postgres::{PgListener, PgPoolOptions},
};
use tokio::{
    sync::Notify,
    time::{MissedTickBehavior, interval, sleep, timeout},
};

use super::{DatabaseUrl, backend::now, notifier::Notification, reads};
use crate::{
    Feed, StoreError, Topic,
    legal::{self, LegalCache},
    rows::{millis, timestamp},
    settings::{self, SettingsCache},
    sql::query,
};

/// How often followed topics are read again.
const READ_EVERY: Duration = Duration::from_secs(2);
/// The time limit for such a read; after that, levels on open pages may be stale.
const READ_WITHIN: Duration = Duration::from_secs(2);
/// The pause before trying again.
const TRY_AGAIN: Duration = Duration::from_millis(250);
/// The most topics read in one statement.
const AT_ONCE: usize = 5_000;
/// How long the listener waits for any notification before it reconnects. Each read sends one to
/// the instance itself.
const SILENCE: Duration = Duration::from_secs(6);

/// The notification channels of an instance.
#[derive(Debug, Clone)]
pub(super) struct Channels {
    /// The channel of all instances of this shop.
    pub(super) everyone: String,
    /// The channel of this instance.
    pub(super) own: String,
}

/// What owners have set, kept in memory.
#[derive(Debug, Clone)]
pub(super) struct OwnersCaches {
    pub(super) settings: SettingsCache,
    pub(super) legal: LegalCache,
}

/// Reads followed topics periodically, through a connection of its own that is replaced after a
/// failure.
///
/// Notifications only save time: they can be lost with their connection, and an instance can die
/// between its commit and its notification. So followed topics are read again every two seconds,
/// and at once after a reconnection. The same read tells an instance that its database is
/// unreachable and its levels may be stale.
pub(super) async fn reread_periodically(
    url: DatabaseUrl,
    feed: Arc<Feed>,
    caches: OwnersCaches,
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
            let next = read(&mut taken, &feed, &caches, &own).await?;
            connection = Some(taken);
            Ok::<_, StoreError>(next)
        };
        match timeout(READ_WITHIN, reading).await {
            Ok(Ok(next)) => {
                if feed.is_stale() {
                    tracing::info!("PostgreSQL answers again: open pages show current levels");
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
                    let error = match failed {
                        Ok(Err(error)) => error,
                        _ => sqlx::Error::Io(io::ErrorKind::TimedOut.into()).into(),
                    };
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "PostgreSQL is unreachable: open pages may show old levels"
                    );
                }
                feed.set_stale(true);
                sleep(TRY_AGAIN).await;
            }
        }
    }
}

/// Reads the followed topics and publishes them, and reads what owners have set. Returns the time
/// until the next read: until an announcement ends, at most [`READ_EVERY`].
async fn read(
    connection: &mut PgConnection,
    feed: &Feed,
    caches: &OwnersCaches,
    own: &str,
) -> Result<Duration, StoreError> {
    // The epoch is read first, because versions from another epoch cannot be compared.
    let epoch = reads::epoch(connection).await?;
    feed.begin_epoch(epoch.clone());
    let watched = feed.watched();
    for topics in watched.chunks(AT_ONCE) {
        for change in reads::known(connection, topics).await? {
            feed.publish_of(&epoch, change);
        }
    }
    let settings = settings::read(connection).await?;
    caches.settings.update(&epoch, &Arc::new(settings));
    let known = caches.legal.version_in(&epoch);
    if let Some(texts) = legal::read_if_changed(connection, known).await? {
        caches.legal.update(&epoch, &Arc::new(texts));
    }
    let next = match watched.contains(&Topic::News) {
        true => next_end(connection).await?,
        false => None,
    };
    // Sent even if no topic is followed, to show that the database answers.
    sqlx::query("select pg_notify($1, '')")
        .bind(own)
        .execute(connection)
        .await?;
    Ok(next.map_or(READ_EVERY, |next| next.min(READ_EVERY)))
}

/// The time until the next active announcement ends.
///
/// Nothing is written when an announcement ends, so a read is scheduled for that moment.
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

/// Listens for notifications, and requests a read of followed topics after each reconnection.
pub(super) async fn listen(
    url: DatabaseUrl,
    feed: Arc<Feed>,
    reread: Arc<Notify>,
    channels: Channels,
) {
    let mut reported = false;
    loop {
        match listen_once(&url, &feed, &reread, &channels).await {
            Ok(()) => reported = false,
            // Only the first failure is a warning, because the loop retries four times a second.
            Err(error) if !reported => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(
                    error,
                    "cannot listen: changes of other instances arrive late"
                );
                reported = true;
            }
            Err(error) => tracing::debug!(%error, "cannot listen"),
        }
        sleep(TRY_AGAIN).await;
    }
}

/// Listens on one connection until it is lost or silent.
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
    match timeout(READ_WITHIN, listener.listen_all(both)).await {
        Ok(listening) => listening?,
        Err(_) => return Err(io::Error::from(io::ErrorKind::TimedOut).into()),
    }
    // Listen before reading, so that no change falls in between.
    reread.notify_one();
    while let Ok(received) = timeout(SILENCE, listener.try_recv()).await {
        // None: the connection was lost, and any notifications sent since then are lost too.
        let Some(message) = received? else {
            return Ok(());
        };
        // A notification from this instance to itself is empty.
        let Some(notification) = Notification::parse(message.payload()) else {
            continue;
        };
        for change in notification.changes {
            feed.publish_of(&notification.epoch, change);
        }
    }
    tracing::warn!("no notifications arrive: reconnecting");
    Ok(())
}
