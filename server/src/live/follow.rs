//! A client's subscription to topics: the changes that it has not seen, and those to come.

use protocol::{LiveMessage, OrderVersion, Seen, Versions};
use shop::{Epoch, ShopperId};
use store::{Change, Feed, Store, StoreError, Topic, Watch};

/// The topics that a client watches, and the version it has of each.
#[derive(Debug)]
pub(super) struct LiveSubscription {
    watch: Watch,
    /// The epoch of the versions.
    epoch: Epoch,
    seen: Vec<(Topic, u64)>,
    /// What the client was last told: whether the data may be out of date.
    told_stale: bool,
}

/// What a client already knows.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    /// The epoch of the versions that the client has seen. `None` means the current epoch.
    pub(super) epoch: Option<Epoch>,
    /// Whether the client was told that its data may be out of date.
    pub(super) stale: bool,
}

/// The topics that a client wants to follow, and the versions it has seen of each.
pub(super) type WantedTopics = Vec<(Topic, Versions)>;

/// Maps the topics that a client names to those of the store.
///
/// # Errors
/// If it asks for `@mine` without a valid cookie: the message to send.
pub(super) fn topics_of(
    seen: &Seen,
    shopper: Option<ShopperId>,
) -> Result<WantedTopics, Box<LiveMessage>> {
    let topics = seen.topics().iter().map(|(topic, versions)| {
        let topic = match topic {
            protocol::Topic::Book(book) => Topic::Book(book.clone()),
            protocol::Topic::Mine => Topic::Mine(shopper.ok_or_else(cookie_required)?),
            protocol::Topic::Order(code) => Topic::Order(*code),
            protocol::Topic::News => Topic::News,
        };
        Ok((topic, *versions))
    });
    topics.collect()
}

impl LiveSubscription {
    /// Subscribes, then compares: returns the subscription, and what is already newer.
    ///
    /// In this order no change is missed: a change is either in the data that is read, or wakes the
    /// subscription.
    ///
    /// If the client's versions and the data have different epochs, everything counts as newer.
    ///
    /// # Errors
    /// [`shop::Refusal`] for the first topic that does not exist.
    pub(super) async fn begin(
        store: &dyn Store,
        wanted: WantedTopics,
        told: Told,
    ) -> Result<(Self, LiveMessage), StoreError> {
        let watch = store
            .feed()
            .watch(wanted.iter().map(|(topic, _)| topic.clone()));
        // The epoch is read before the data, so that the data is never older than its epoch.
        let mut epoch = watch.epoch();
        let is_other = |epoch: &Epoch| told.epoch.as_ref().is_some_and(|told| told != epoch);
        if is_other(&epoch) {
            // This instance may not have noticed a new epoch yet: ask the store.
            epoch = store.epoch().await?;
        }
        let unknown = watch.unknown();
        if !unknown.is_empty() {
            for change in store.newest(&unknown).await? {
                store.feed().publish_of(&epoch, change);
            }
        }
        let seen = wanted.iter();
        let seen = seen.map(|(topic, versions)| (topic.clone(), versions.lowest));
        let mut following = Self {
            watch,
            seen: seen.collect(),
            told_stale: told.stale,
            epoch,
        };
        if is_other(&following.epoch) {
            let everything = following.go_back_to_newest();
            return Ok((following, everything));
        }
        let ahead = ahead_of(&following.watch, &wanted);
        if !ahead.is_empty() {
            // The client has seen newer versions than this instance knows: ask the store.
            let truth = store.newest(&ahead).await?;
            if let Some(rewound) = following.catch_up(truth, &wanted, store.feed()) {
                return Ok((following, rewound));
            }
        }
        let newer = following.take_newer();
        Ok((following, newer))
    }

    /// Whether the data may be out of date, if that differs from what the client was told. Records
    /// that the client is told now.
    pub(super) fn take_stale(&mut self) -> Option<bool> {
        let stale = self.watch.is_stale();
        (std::mem::replace(&mut self.told_stale, stale) != stale).then_some(stale)
    }

    /// Waits for a newer version or a change of staleness, and returns everything that is new. If
    /// the data has another epoch by now, the message is empty, and the client asks again.
    ///
    /// The future can be dropped without losing anything.
    pub(super) async fn next(&mut self) -> LiveMessage {
        loop {
            self.watch.changed().await;
            if self.is_over() {
                return LiveMessage::default();
            }
            let newer = LiveMessage {
                stale: self.take_stale(),
                ..self.take_newer()
            };
            if newer != LiveMessage::default() {
                return newer;
            }
        }
    }

    /// The epoch of the versions, unless the client already knows it.
    pub(super) fn epoch_unless(&self, told: Option<&Epoch>) -> Option<Epoch> {
        (told != Some(&self.epoch)).then(|| self.epoch.clone())
    }

    /// Whether the data has another epoch by now, so that the client must ask again.
    pub(super) fn is_over(&self) -> bool {
        self.watch.epoch() != self.epoch
    }

    /// The watch, its epoch, and the versions that the client has seen.
    pub(super) fn into_parts(self) -> (Watch, Epoch, Vec<(Topic, u64)>) {
        (self.watch, self.epoch, self.seen)
    }

    /// Whether the client was last told that the data may be out of date.
    pub(super) fn told_stale(&self) -> bool {
        self.told_stale
    }

    /// The largest number of clients that a change of these topics would wake.
    pub(super) fn crowd(&self) -> usize {
        self.watch.crowd()
    }

    /// The number of clients that were woken for the same reason as this message.
    pub(super) fn woken_by(&self, message: &LiveMessage) -> usize {
        match message.stale.is_some() || self.is_over() {
            false => self.watch.woken(),
            true => self.watch.everyone_woken(),
        }
    }

    /// Publishes what the store returned. If the client is ahead of the store too, a backup was
    /// restored: returns the versions that the client must go back to. Otherwise this instance was
    /// behind, and the client continues normally.
    fn catch_up(
        &mut self,
        mut truth: Vec<Change>,
        wanted: &WantedTopics,
        feed: &Feed,
    ) -> Option<LiveMessage> {
        for change in &truth {
            feed.publish_of(&self.epoch, change.clone());
        }
        truth.retain(|change| is_ahead(change, wanted));
        if truth.is_empty() {
            return None;
        }
        self.go_back_to(&truth);
        Some(message(&truth, true))
    }

    /// Replaces the seen versions, which are from another epoch, and returns the newest ones.
    fn go_back_to_newest(&mut self) -> LiveMessage {
        let truth = self.watch.newest();
        let truth = || truth.iter().map(|change| &**change);
        self.go_back_to(truth());
        message(truth(), true)
    }

    /// Sets the seen versions to these, even if they are lower.
    fn go_back_to<'a>(&mut self, truth: impl IntoIterator<Item = &'a Change>) {
        for change in truth {
            let topic = change.topic();
            let places = self.seen.iter_mut();
            places
                .filter(|(known, _)| *known == topic)
                .for_each(|(_, seen)| *seen = change.version());
        }
    }

    /// Returns the changes that the client has not seen, and marks them as seen.
    fn take_newer(&mut self) -> LiveMessage {
        let seen = &mut self.seen;
        let mut newest = self.watch.newest();
        newest.retain(|change| {
            let topic = change.topic();
            let place = seen.iter_mut().find(|(known, _)| *known == topic);
            place.is_some_and(|(_, version)| {
                let newer = change.version() > *version;
                *version = change.version().max(*version);
                newer
            })
        });
        message(newest.iter().map(|change| &**change), false)
    }
}

/// The topics of which the client has seen newer versions than this instance knows.
fn ahead_of(watch: &Watch, wanted: &WantedTopics) -> Vec<Topic> {
    let newest = watch.newest().into_iter();
    let ahead = newest.filter(|change| is_ahead(change, wanted));
    ahead.map(|change| change.topic()).collect()
}

/// Whether the client has seen a newer version of the topic than this.
fn is_ahead(change: &Change, wanted: &WantedTopics) -> bool {
    let topic = change.topic();
    let mut wanted = wanted.iter();
    wanted.any(|(known, seen)| *known == topic && seen.highest > change.version())
}

fn cookie_required() -> Box<LiveMessage> {
    Box::new(LiveMessage {
        error: Some("`@mine` needs a cookie of this shop.".to_owned()),
        unknown: vec![protocol::Topic::Mine.to_string()],
        ..LiveMessage::default()
    })
}

/// A message with these changes.
pub(super) fn message<'a>(
    changes: impl IntoIterator<Item = &'a Change>,
    rewound: bool,
) -> LiveMessage {
    let mut message = LiveMessage {
        rewound,
        ..LiveMessage::default()
    };
    for change in changes {
        add_change(&mut message, change);
    }
    message
}

/// Adds a change to a message, replacing any other of the same topic.
pub(super) fn add_change(message: &mut LiveMessage, change: &Change) {
    match change {
        Change::Level(level) => {
            message.stock.retain(|other| other.book != level.book);
            message.stock.push(level.clone());
        }
        Change::Mine { number, .. } => message.mine = Some(*number),
        Change::Order { code, version } => {
            message.orders.retain(|other| other.code != *code);
            message.orders.push(OrderVersion {
                code: *code,
                version: *version,
            });
        }
        Change::News(news) => message.news = Some(news.clone()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use shop::Level;

    use super::*;

    fn level(version: u64) -> Change {
        Change::Level(Level {
            book: "drop".parse().unwrap(),
            available: 7,
            in_carts: false,
            price: shop::Price::from_cents(2_000),
            page: 1,
            withdrawn: false,
            version,
        })
    }

    /// Catches up for a client that has seen version 4. The instance knows version 3, and the store
    /// has version `truth`.
    fn catch_up_with(feed: &Arc<Feed>, truth: u64) -> (LiveSubscription, Option<LiveMessage>) {
        let topic = level(3).topic();
        let watch = feed.watch([topic.clone()]);
        feed.publish(level(3));
        let (lowest, highest) = (4, 4);
        let wanted = vec![(topic.clone(), Versions { lowest, highest })];
        assert_eq!(ahead_of(&watch, &wanted), std::slice::from_ref(&topic));
        let mut following = LiveSubscription {
            watch,
            seen: vec![(topic, 4)],
            told_stale: false,
            epoch: feed.epoch(),
        };
        let rewound = following.catch_up(vec![level(truth)], &wanted, feed);
        (following, rewound)
    }

    #[test]
    fn changes_during_catch_up_are_sent() {
        let feed = Arc::new(Feed::default());
        let (mut following, rewound) = catch_up_with(&feed, 5);
        assert_eq!(rewound, None, "no version went back");
        assert_eq!(following.take_newer(), message(&[level(5)], false));
    }

    #[test]
    fn catch_up_does_not_repeat_what_the_client_has() {
        let feed = Arc::new(Feed::default());
        let (mut following, rewound) = catch_up_with(&feed, 4);
        assert_eq!(rewound, None);
        assert_eq!(following.take_newer(), LiveMessage::default());
    }

    #[test]
    fn after_a_restored_backup_the_client_goes_back_and_continues() {
        let feed = Arc::new(Feed::default());
        let (mut following, rewound) = catch_up_with(&feed, 3);
        assert_eq!(rewound, Some(message(&[level(3)], true)));
        feed.publish(level(4));
        assert_eq!(following.take_newer(), message(&[level(4)], false));
    }
}
