//! A client's subscription to topics: what is newer than it has seen, now and from now on.

use protocol::{LiveMessage, OrderVersion, Seen, Versions};
use shop::ShopperId;
use store::{Change, Feed, Store, StoreError, Topic, Watch};

/// A client's place: what it watches, and the version it has of each.
#[derive(Debug)]
pub(super) struct LiveSubscription {
    watch: Watch,
    seen: Vec<(Topic, u64)>,
    /// Whether it was told that what is known may be old.
    told_stale: bool,
}

/// What a client wants to follow, and the versions that it has seen of each.
pub(super) type WantedTopics = Vec<(Topic, Versions)>;

/// The topics that a client names, as the store knows them.
///
/// # Errors
/// What to say to somebody who asks for `@mine` and whom the shop does not know
/// by a cookie.
pub(super) fn topics_of(
    seen: &Seen,
    shopper: Option<ShopperId>,
) -> Result<WantedTopics, Box<LiveMessage>> {
    let topics = seen.topics().iter().map(|(topic, versions)| {
        let topic = match topic {
            protocol::Topic::Book(book) => Topic::Book(book.clone()),
            protocol::Topic::Mine => Topic::Mine(shopper.ok_or_else(nobodys_own)?),
            protocol::Topic::Order(code) => Topic::Order(*code),
            protocol::Topic::News => Topic::News,
        };
        Ok((topic, *versions))
    });
    topics.collect()
}

impl LiveSubscription {
    /// Registers, then compares: returns the place, and what is newer already.
    ///
    /// In this order a change in between is not missed: it is either in what is
    /// read, or it wakes.
    ///
    /// # Errors
    /// [`shop::Refusal`] for the first topic that is not known.
    pub(super) async fn begin(
        store: &dyn Store,
        wanted: WantedTopics,
        told_stale: bool,
    ) -> Result<(Self, LiveMessage), StoreError> {
        let watch = store
            .feed()
            .watch(wanted.iter().map(|(topic, _)| topic.clone()));
        let unknown = watch.unknown();
        if !unknown.is_empty() {
            for change in store.newest(&unknown).await? {
                store.feed().publish(change);
            }
        }
        let ahead = ahead_of(&watch, &wanted);
        let seen = wanted.iter();
        let seen = seen.map(|(topic, versions)| (topic.clone(), versions.lowest));
        let mut following = Self {
            watch,
            seen: seen.collect(),
            told_stale,
        };
        if !ahead.is_empty() {
            // The client has seen more than is known here: the store has the last word.
            let truth = store.newest(&ahead).await?;
            if let Some(rewound) = following.catch_up(truth, &wanted, store.feed()) {
                return Ok((following, rewound));
            }
        }
        let newer = following.take_newer();
        Ok((following, newer))
    }

    /// Whether what is known may be old, where that is not what it was told; from now
    /// on it is told.
    pub(super) fn take_stale(&mut self) -> Option<bool> {
        let stale = self.watch.is_stale();
        (std::mem::replace(&mut self.told_stale, stale) != stale).then_some(stale)
    }

    /// Waits until something is newer than was seen, or what is known has become old or
    /// is so no longer, and returns all that is.
    /// Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> LiveMessage {
        loop {
            self.watch.changed().await;
            let newer = LiveMessage {
                stale: self.take_stale(),
                ..self.take_newer()
            };
            if newer != LiveMessage::default() {
                return newer;
            }
        }
    }

    /// What it watches, and what it has seen.
    pub(super) fn into_parts(self) -> (Watch, Vec<(Topic, u64)>) {
        (self.watch, self.seen)
    }

    /// Whether it was told that what is known may be old.
    pub(super) fn told_stale(&self) -> bool {
        self.told_stale
    }

    /// How many a change of these topics would wake, at the most.
    pub(super) fn crowd(&self) -> usize {
        self.watch.crowd()
    }

    /// How many were woken with this one by what it hears of: a change, or that all may
    /// be old or no longer is.
    pub(super) fn woken_by(&self, message: &LiveMessage) -> usize {
        match message.stale {
            None => self.watch.woken(),
            Some(_) => self.watch.everyone_woken(),
        }
    }

    /// Makes known what the store says, and returns what the client must go back to, if
    /// it is ahead of that too: it has outlived a restored backup. If not, it was this
    /// instance that was behind, and what is newer still is told as ever.
    fn catch_up(
        &mut self,
        mut truth: Vec<Change>,
        wanted: &WantedTopics,
        feed: &Feed,
    ) -> Option<LiveMessage> {
        for change in &truth {
            feed.publish(change.clone());
        }
        truth.retain(|change| is_ahead(change, wanted));
        if truth.is_empty() {
            return None;
        }
        self.go_back_to(&truth);
        Some(message(&truth, true))
    }

    /// What the client is told holds, whatever it has seen.
    fn go_back_to(&mut self, truth: &[Change]) {
        for change in truth {
            let topic = change.topic();
            let places = self.seen.iter_mut();
            places
                .filter(|(known, _)| *known == topic)
                .for_each(|(_, seen)| *seen = change.version());
        }
    }

    /// What is newer than seen; from now on it is seen.
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

/// Topics of which the client has seen more than is known.
fn ahead_of(watch: &Watch, wanted: &WantedTopics) -> Vec<Topic> {
    let newest = watch.newest().into_iter();
    let ahead = newest.filter(|change| is_ahead(change, wanted));
    ahead.map(|change| change.topic()).collect()
}

/// Whether the client has seen more of its topic than that: it has outlived a restored
/// backup, if that is the truth.
fn is_ahead(change: &Change, wanted: &WantedTopics) -> bool {
    let topic = change.topic();
    let mut wanted = wanted.iter();
    wanted.any(|(known, seen)| *known == topic && seen.highest > change.version())
}

fn nobodys_own() -> Box<LiveMessage> {
    Box::new(LiveMessage {
        error: Some("`@mine` needs a cookie of this shop.".to_owned()),
        unknown: vec![protocol::Topic::Mine.to_string()],
        ..LiveMessage::default()
    })
}

/// The message that tells of these changes.
pub(super) fn message<'a>(
    changes: impl IntoIterator<Item = &'a Change>,
    rewound: bool,
) -> LiveMessage {
    let mut message = LiveMessage {
        rewound,
        ..LiveMessage::default()
    };
    for change in changes {
        tell(&mut message, change);
    }
    message
}

/// Adds a change to a message, in the place of another of its topic.
pub(super) fn tell(message: &mut LiveMessage, change: &Change) {
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
            version,
        })
    }

    /// A client that has seen version 4, through an instance that knows of 3, which then
    /// reads this.
    fn ahead_until(feed: &Arc<Feed>, truth: u64) -> (LiveSubscription, Option<LiveMessage>) {
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
        };
        let rewound = following.catch_up(vec![level(truth)], &wanted, feed);
        (following, rewound)
    }

    #[test]
    fn what_moves_on_while_an_instance_catches_up_is_told() {
        let feed = Arc::new(Feed::default());
        let (mut following, rewound) = ahead_until(&feed, 5);
        assert_eq!(rewound, None, "nobody went back");
        assert_eq!(following.take_newer(), message(&[level(5)], false));
    }

    #[test]
    fn what_the_client_has_is_not_told_again_by_an_instance_that_catches_up() {
        let feed = Arc::new(Feed::default());
        let (mut following, rewound) = ahead_until(&feed, 4);
        assert_eq!(rewound, None);
        assert_eq!(following.take_newer(), LiveMessage::default());
    }

    #[test]
    fn after_a_restored_backup_the_client_goes_back_and_on_from_there() {
        let feed = Arc::new(Feed::default());
        let (mut following, rewound) = ahead_until(&feed, 3);
        assert_eq!(rewound, Some(message(&[level(3)], true)));
        feed.publish(level(4));
        assert_eq!(following.take_newer(), message(&[level(4)], false));
    }
}
