//! Notifies the other instances of committed changes, several at a time.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use shop::Epoch;
use sqlx::PgPool;
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use crate::{Change, Topic};

/// The pause between notifications. Changes made meanwhile are sent together.
const PAUSE: Duration = Duration::from_millis(20);
/// The time limit for a notification.
const NOTIFY_WITHIN: Duration = Duration::from_secs(2);
/// The most bytes of a payload with several changes. PostgreSQL refuses 8,000 bytes and more.
const LONGEST: usize = 7_900;

/// The changes to be sent, the newest of each topic.
///
/// `NOTIFY` locks the whole cluster until its transaction commits, so it is never part of a batch's
/// transaction.
#[derive(Debug, Clone, Default)]
pub(super) struct Notifier(Arc<Pending>);

#[derive(Debug, Default)]
struct Pending {
    changes: Mutex<EpochChanges>,
    added: Notify,
    /// Whether the last notification failed. Only the first failure in a row is logged.
    failing: AtomicBool,
}

/// Pending changes, all of one epoch.
#[derive(Debug, Default)]
struct EpochChanges {
    epoch: Epoch,
    newest: HashMap<Topic, Change>,
}

impl Notifier {
    /// Adds a change of this epoch. Pending changes of another epoch are dropped.
    pub(super) fn add(&self, epoch: &Epoch, change: &Change) {
        let mut changes = self.lock();
        if changes.epoch != *epoch {
            changes.epoch.clone_from(epoch);
            changes.newest.clear();
        }
        // Batches add changes in the order of their versions, but those of other writes may come
        // out of order.
        let pending = changes
            .newest
            .entry(change.topic())
            .or_insert(change.clone());
        if pending.version() < change.version() {
            pending.clone_from(change);
        }
        drop(changes);
        self.0.added.notify_one();
    }

    /// Sends changes until the task is aborted.
    pub(super) async fn run(self, pool: PgPool, channel: String) {
        loop {
            self.0.added.notified().await;
            self.notify(&pool, &channel).await;
            sleep(PAUSE).await;
        }
    }

    /// Sends the pending changes at once.
    pub(super) async fn notify(&self, pool: &PgPool, channel: &str) {
        let changes = std::mem::take(&mut *self.lock());
        if changes.newest.is_empty() {
            return;
        }
        let notifying =
            sqlx::query("select pg_notify($1, payload) from unnest($2::text[]) as payload")
                .bind(channel)
                .bind(payloads(&changes.epoch, changes.newest.values()))
                .execute(pool);
        // If this fails, the other instances read the changes within two seconds.
        let error = match timeout(NOTIFY_WITHIN, notifying).await {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(error),
            Err(_) => Some(io::Error::from(io::ErrorKind::TimedOut).into()),
        };
        let failing = self.0.failing.swap(error.is_some(), Relaxed);
        if let Some(error) = error.filter(|_| !failing) {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(
                error,
                "cannot notify the other instances: they learn of changes late"
            );
        }
    }

    fn lock(&self) -> MutexGuard<'_, EpochChanges> {
        self.0
            .changes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The payloads for these changes. Each has the epoch and a JSON array, and fits into a
/// notification.
fn payloads<'a>(epoch: &Epoch, changes: impl Iterator<Item = &'a Change>) -> Vec<String> {
    let mut payloads = Vec::new();
    let mut payload = String::new();
    for change in changes {
        let text = serde_json::to_string(change).expect("a change is plain data");
        if !payload.is_empty() && payload.len() + text.len() + 2 > LONGEST {
            payloads.push(std::mem::take(&mut payload) + "]");
        }
        match payload.is_empty() {
            true => payload = format!("{epoch} ["),
            false => payload.push(','),
        }
        payload.push_str(&text);
    }
    if !payload.is_empty() {
        payloads.push(payload + "]");
    }
    payloads
}

/// A notification from another instance.
///
/// It carries the changes, their versions and the epoch that the versions belong to. So a
/// notification that is lost, doubled or late does no harm.
#[derive(Debug, PartialEq)]
pub(super) struct Notification {
    pub(super) epoch: Epoch,
    pub(super) changes: Vec<Change>,
}

impl Notification {
    /// Parses a payload. `None` if it is empty, or another version of the program wrote it.
    pub(super) fn parse(payload: &str) -> Option<Self> {
        let (epoch, changes) = payload.split_once(' ')?;
        let changes = serde_json::from_str(changes)
            .inspect_err(|error| tracing::debug!(%error, "a notification could not be parsed"));
        Some(Self {
            epoch: epoch.parse().ok()?,
            changes: changes.ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use shop::{Announcement, AnnouncementId, Level, News, OrderCode, ShopperId, Timestamp};

    use super::*;
    use crate::MAX_ANNOUNCEMENTS;

    fn epoch() -> Epoch {
        Epoch::from_random(&[7; 16])
    }

    fn payloads(changes: &[Change]) -> Vec<String> {
        super::payloads(&epoch(), changes.iter())
    }

    fn changes_of(payload: &str) -> Vec<Change> {
        let notification = Notification::parse(payload).unwrap();
        assert_eq!(notification.epoch, epoch());
        notification.changes
    }

    fn news(words: &str) -> News {
        let item = |number| Announcement {
            id: AnnouncementId::from_number(number),
            text: words.parse().unwrap(),
            until: Timestamp::from_millis(1_795_284_000_000),
        };
        News {
            version: u64::MAX,
            items: vec![item(u64::MAX); MAX_ANNOUNCEMENTS],
        }
    }

    fn levels(count: usize) -> Vec<Change> {
        let level = |number| {
            Change::Level(Level {
                book: format!("book-{number}").parse().unwrap(),
                available: 7,
                in_carts: true,
                price: shop::Price::from_cents(2_000),
                page: 1,
                withdrawn: false,
                version: u64::MAX,
            })
        };
        (0..count).map(level).collect()
    }

    #[test]
    fn payloads_carry_the_changes() {
        let (shopper, code) = (ShopperId::from_bytes([7; 16]), OrderCode::from_bits(9));
        let (number, version) = (3, 2);
        let mut changes = levels(1);
        changes.push(Change::Mine { shopper, number });
        changes.push(Change::Order { code, version });
        changes.push(Change::News(news("Signing starts in ten minutes")));
        let payloads = payloads(&changes);
        assert_eq!(payloads.len(), 1);
        assert_eq!(changes_of(&payloads[0]), changes);
    }

    #[test]
    fn many_changes_are_split_into_payloads_that_postgresql_accepts() {
        let changes = levels(1_000);
        let payloads = payloads(&changes);
        assert!(payloads.iter().all(|payload| payload.len() < 8_000));
        let received: Vec<Change> = payloads.iter().flat_map(|text| changes_of(text)).collect();
        assert_eq!(received, changes);
    }

    #[test]
    fn the_longest_announcements_fit_into_one_payload() {
        // One character takes four bytes; the other takes two, because JSON escapes it with a
        // backslash.
        for longest in ["𠮷", "\""] {
            let payloads = payloads(&[Change::News(news(&longest.repeat(200)))]);
            assert_eq!(payloads.len(), 1);
            assert!(payloads[0].len() < 8_000, "{}", payloads[0].len());
        }
    }

    #[test]
    fn an_older_change_does_not_replace_a_newer_one() {
        let notifier = Notifier::default();
        let version = |version| {
            let items = Vec::new();
            Change::News(News { version, items })
        };
        for number in [2, 1] {
            notifier.add(&epoch(), &version(number));
        }
        assert_eq!(notifier.lock().newest[&Topic::News], version(2));
        notifier.add(&epoch(), &version(3));
        assert_eq!(notifier.lock().newest[&Topic::News], version(3));
    }

    #[test]
    fn no_changes_make_no_payload_and_nonsense_is_ignored() {
        assert!(payloads(&[]).is_empty());
        for nonsense in ["", "nonsense", "[]", "q7 nonsense", "Q7 []"] {
            assert_eq!(Notification::parse(nonsense), None, "{nonsense:?}");
        }
    }

    #[test]
    fn a_change_from_before_a_failover_is_not_sent_after_it() {
        let notifier = Notifier::default();
        let news = |version| {
            let items = Vec::new();
            Change::News(News { version, items })
        };
        notifier.add(&epoch(), &news(9));
        let later = Epoch::from_random(&[8]);
        notifier.add(&later, &news(3));
        let pending = notifier.lock();
        assert_eq!(
            (&pending.epoch, &pending.newest[&Topic::News]),
            (&later, &news(3))
        );
    }
}
