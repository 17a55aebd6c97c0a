//! Tells whoever follows a topic that it has changed.
//!
//! The feed keeps the newest change of each topic that somebody follows. A
//! publication replaces it and wakes the followers; it never queues. A follower
//! that is slow finds only the newest when it looks, and costs the others nothing.
//!
//! To miss nothing, a follower registers first ([`Feed::watch`]), then looks at
//! what is known, reads from the store what is not and publishes that, and then
//! waits: a change in between has been kept.
//!
//! Beside the changes the feed says whether it can hear of any: while the data cannot be
//! read, what is known here may be old ([`Feed::set_stale`]). Every follower is told
//! once when that begins and once when it ends.
//!
//! There are two ways to follow. A [`Watch`] is a future's: cheap to make and to
//! drop, for a wait that ends with the first change. A [`Subscription`] hands each
//! change to a [`FeedSink`], for an event loop that serves many.

mod following;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use shop::ShopperId;
use tokio::sync::watch;

use self::following::Watched;
pub use self::following::{Subscription, Watch};
use crate::{Change, Topic};

/// What is known of a topic that nobody follows any more is kept this long: of
/// ten thousand who are woken, the first to return would else find nothing known.
const KEEP_UNWATCHED: Duration = Duration::from_secs(10);

/// Topics are looked through for such ones when so many have been added.
const SWEEP_AFTER: usize = 1_024;

/// The newest change of each topic, and who wants to know of the next.
#[derive(Debug, Default)]
pub struct Feed {
    // A std mutex: it is held for a few map operations and never across an await.
    topics: Mutex<Topics>,
    /// Changed under the lock, so that everyone hears of it in the order of the changes.
    stale: watch::Sender<Told<bool>>,
}

/// Something that watchers were told, and how many they were: those who were woken
/// together, however late each of them comes to look.
#[derive(Debug, Clone, Default)]
struct Told<T> {
    what: T,
    woken: usize,
}

#[derive(Debug, Default)]
struct Topics {
    known: HashMap<Topic, TopicState>,
    /// Who is told whether what is known may be old.
    sinks: Vec<Weak<dyn FeedSink>>,
    added: usize,
    next_subscription: u64,
}

type Newest = Option<Told<Arc<Change>>>;

#[derive(Debug)]
struct TopicState {
    newest: Arc<watch::Sender<Newest>>,
    sinks: Vec<(u64, Arc<dyn FeedSink>)>,
    watched_at: Instant,
}

/// Takes changes in, at once and without waiting: it is called by whoever publishes.
pub trait FeedSink: std::fmt::Debug + Send + Sync {
    /// A topic that this sink has subscribed to has changed.
    fn publish(&self, change: &Arc<Change>);

    /// From now on what is known may be old, or is no longer so.
    fn set_stale(&self, stale: bool);
}

impl Feed {
    /// Announces a change. An older one than is known is ignored, so late or
    /// doubled announcements mislead nobody.
    pub fn publish(&self, change: Change) {
        let mut topics = self.lock();
        // Nobody has asked about it: whoever does will read the store.
        let Some(place) = topics.known.get_mut(&change.topic()) else {
            return;
        };
        let known = place.newest.borrow().as_ref().map(|it| it.what.version());
        if known.is_some_and(|known| known >= change.version()) {
            return;
        }
        let change = Arc::new(change);
        place
            .sinks
            .iter()
            .for_each(|(_, sink)| sink.publish(&change));
        let woken = place.newest.receiver_count();
        let newest = Told {
            what: change,
            woken,
        };
        place.newest.send_replace(Some(newest));
    }

    /// Says that what is known may be old, because nothing can be read any more; or,
    /// once everything that is watched was read again and published, that it is not.
    /// Saying it twice is saying it once.
    pub fn set_stale(&self, stale: bool) {
        let mut topics = self.lock();
        let woken = self.stale.receiver_count();
        let changes = |told: &mut Told<bool>| {
            let news = told.what != stale;
            if news {
                *told = Told { what: stale, woken };
            }
            news
        };
        if self.stale.send_if_modified(changes) {
            topics.sinks.retain(|sink| {
                let sink = sink.upgrade();
                sink.inspect(|sink| sink.set_stale(stale)).is_some()
            });
        }
    }

    /// Whether what is known may be old.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.stale.borrow().what
    }

    /// Tells this sink, from now on, whether what is known may be old. Returns whether
    /// it may be now.
    #[must_use]
    pub fn attend(&self, sink: &Arc<dyn FeedSink>) -> bool {
        let mut topics = self.lock();
        topics.sinks.push(Arc::downgrade(sink));
        self.is_stale()
    }

    /// Starts following some topics. What is newest may be looked at after this,
    /// and no change after this goes unnoticed.
    #[must_use]
    pub fn watch<T: Into<Topic>>(self: &Arc<Self>, wanted: impl IntoIterator<Item = T>) -> Watch {
        let mut topics = self.lock();
        let places = wanted.into_iter().map(|topic| {
            let topic = topic.into();
            let sender = Arc::clone(&topics.place(&topic).newest);
            let newest = sender.subscribe();
            Watched {
                topic,
                newest,
                sender,
            }
        });
        let places = places.collect();
        topics.sweep();
        drop(topics);
        Watch {
            feed: Arc::clone(self),
            places,
            stale: self.stale.subscribe(),
        }
    }

    /// Hands every change of a topic to this sink, from now on.
    #[must_use]
    pub fn subscribe(self: &Arc<Self>, topic: Topic, sink: Arc<dyn FeedSink>) -> Subscription {
        let mut topics = self.lock();
        let id = topics.next_subscription;
        topics.next_subscription += 1;
        topics.place(&topic).sinks.push((id, sink));
        topics.sweep();
        drop(topics);
        let feed = Arc::clone(self);
        Subscription { feed, id, topic }
    }

    /// Every topic of which something is known or wanted.
    #[must_use]
    pub fn watched(&self) -> Vec<Topic> {
        self.lock().known.keys().cloned().collect()
    }

    /// The shoppers of whom a page is open: their own topic is followed, or was a moment
    /// ago, as between one poll and the next.
    #[must_use]
    pub fn present(&self) -> Vec<ShopperId> {
        let topics = self.lock();
        let present = topics
            .known
            .iter()
            .filter_map(|(topic, place)| match topic {
                Topic::Mine(shopper) if place.is_watched() || place.is_fresh() => Some(*shopper),
                _ => None,
            });
        present.collect()
    }

    /// How many follow this topic now; a sink counts as one, whomever it serves.
    #[must_use]
    pub fn watchers(&self, topic: impl Into<Topic>) -> usize {
        let topics = self.lock();
        let place = topics.known.get(&topic.into());
        place.map_or(0, |place| place.newest.receiver_count() + place.sinks.len())
    }

    fn lock(&self) -> MutexGuard<'_, Topics> {
        // No code under the lock can panic half-way through a change.
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Topics {
    fn place(&mut self, topic: &Topic) -> &mut TopicState {
        if !self.known.contains_key(topic) {
            self.added += 1;
        }
        let place = self
            .known
            .entry(topic.clone())
            .or_insert_with(|| TopicState {
                newest: Arc::new(watch::Sender::new(None)),
                sinks: Vec::new(),
                watched_at: Instant::now(),
            });
        place.watched_at = Instant::now();
        place
    }

    /// Forgets what nobody has followed for a while, now and then.
    fn sweep(&mut self) {
        if self.added >= SWEEP_AFTER {
            self.added = 0;
            self.known
                .retain(|_, place| place.is_watched() || place.is_fresh());
        }
    }

    /// Forgets at once what turned out not to exist.
    fn forget_unknown(&mut self, topic: &Topic) {
        if let Some(place) = self.known.get(topic)
            && place.newest.borrow().is_none()
            && !place.is_watched()
        {
            self.known.remove(topic);
        }
    }
}

impl TopicState {
    fn is_fresh(&self) -> bool {
        self.watched_at.elapsed() < KEEP_UNWATCHED
    }

    fn is_watched(&self) -> bool {
        self.newest.receiver_count() > 0 || !self.sinks.is_empty()
    }
}

#[cfg(test)]
#[path = "feed_tests.rs"]
mod tests;
