//! Publishes changes of a topic to its followers.

mod following;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use shop::{Epoch, ShopperId};
use tokio::sync::watch;

use self::following::Watched;
pub use self::following::{Subscription, Watch};
use crate::{Change, Topic};

/// How long a topic's newest change is kept when nobody follows it. When thousands of followers are
/// woken at once, those who return find the change in the feed.
const KEEP_UNWATCHED: Duration = Duration::from_secs(10);

/// Unfollowed topics are dropped each time this many topics have been added.
const SWEEP_AFTER: usize = 1_024;

/// The newest change of each topic, and its followers.
///
/// A publication replaces the newest change of its topic and wakes the followers; nothing is
/// queued. A slow follower finds only the newest change, and costs the others nothing.
///
/// To miss nothing, a follower registers first ([`Feed::watch`]), then reads what the feed knows,
/// reads the rest from the store and publishes it, and then waits. A change in between is kept.
///
/// Everything the feed knows belongs to one history of the data, an [`Epoch`]. When a new epoch
/// begins ([`Feed::begin_epoch`]), the feed forgets what it knows and tells its followers. A change
/// of the old epoch is ignored from then on ([`Feed::publish_of`]).
///
/// A [`Watch`] is for futures: cheap to create and drop, for a wait that ends with the first
/// change. A [`Subscription`] passes each change to a [`FeedSink`], for an event loop that serves
/// many clients.
#[derive(Debug, Default)]
pub struct Feed {
    // A std mutex: it is held for a few map operations and never across an await.
    topics: Mutex<Topics>,
    /// Changed only under the lock, so that followers are told in the order of the changes.
    condition: watch::Sender<Published<Condition>>,
}

/// The state shared by everything that the feed knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Condition {
    epoch: Epoch,
    /// Whether the data may be stale.
    stale: bool,
}

/// A published value, and the number of followers that were woken for it.
#[derive(Debug, Clone, Default)]
struct Published<T> {
    value: T,
    woken: usize,
}

#[derive(Debug, Default)]
struct Topics {
    known: HashMap<Topic, TopicState>,
    /// Sinks to tell when the data becomes stale or fresh, or has another history.
    sinks: Vec<Weak<dyn FeedSink>>,
    added: usize,
    next_subscription: u64,
}

type Newest = Option<Published<Arc<Change>>>;

#[derive(Debug)]
struct TopicState {
    newest: Arc<watch::Sender<Newest>>,
    sinks: Vec<(u64, Arc<dyn FeedSink>)>,
    /// When a follower last came or left.
    watched_at: Instant,
}

/// Receives changes. Its methods must not block, because they run inside the publication.
pub trait FeedSink: std::fmt::Debug + Send + Sync {
    /// A subscribed topic has changed.
    fn publish(&self, change: &Arc<Change>);

    /// The feed's data has become stale, or is fresh again.
    fn set_stale(&self, stale: bool);

    /// The data has another history. All changes that were published before are void, including
    /// those not yet passed on.
    fn begin_epoch(&self, epoch: &Epoch);
}

/// Publishes a change of this epoch to the feed, and to the other instances if there are any.
pub(crate) type Publish = Arc<dyn Fn(&Epoch, Change) + Send + Sync>;

impl Feed {
    /// A feed of data with this epoch.
    #[must_use]
    pub fn new(epoch: Epoch) -> Self {
        let feed = Self::default();
        feed.begin_epoch(epoch);
        feed
    }

    /// Publishes a change. A version that is not newer than the known one is ignored, so late or
    /// duplicate changes do no harm.
    pub fn publish(&self, change: Change) {
        Self::publish_to(&mut self.lock(), change);
    }

    /// Publishes a change that was read or made in this epoch. It is ignored if another epoch has
    /// begun since.
    pub fn publish_of(&self, epoch: &Epoch, change: Change) {
        let mut topics = self.lock();
        if self.condition.borrow().value.epoch == *epoch {
            Self::publish_to(&mut topics, change);
        }
    }

    fn publish_to(topics: &mut Topics, change: Change) {
        // Nobody follows this topic: the next follower reads the store.
        let Some(state) = topics.known.get_mut(&change.topic()) else {
            return;
        };
        let known = state.newest.borrow().as_ref().map(|it| it.value.version());
        if known.is_some_and(|known| known >= change.version()) {
            return;
        }
        let change = Arc::new(change);
        state
            .sinks
            .iter()
            .for_each(|(_, sink)| sink.publish(&change));
        let woken = state.newest.receiver_count();
        let newest = Published {
            value: change,
            woken,
        };
        state.newest.send_replace(Some(newest));
    }

    /// Marks the feed's data as stale, because the database cannot be read; or as fresh, after
    /// everything followed was read again and published. Repeating it has no effect.
    ///
    /// Each follower is told once when the data becomes stale, and once when it is fresh again.
    pub fn set_stale(&self, stale: bool) {
        let mut topics = self.lock();
        if self.change_condition(|condition| condition.stale = stale) {
            topics.tell_sinks(|sink| sink.set_stale(stale));
        }
    }

    /// Whether the feed's data may be stale.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.condition.borrow().value.stale
    }

    /// Begins the epoch that was read from the data. If it is a new one, the feed forgets what it
    /// knows and tells every follower. Returns whether it is new.
    pub fn begin_epoch(&self, epoch: Epoch) -> bool {
        let mut topics = self.lock();
        let is_first = self.epoch() == Epoch::default();
        let begins = self.change_condition(|condition| condition.epoch = epoch.clone());
        if begins {
            if !is_first {
                tracing::warn!(%epoch, "the data has another history: open pages read it again");
            }
            for state in topics.known.values() {
                state.newest.send_replace(None);
            }
            topics.tell_sinks(|sink| sink.begin_epoch(&epoch));
        }
        begins
    }

    /// The epoch of everything that the feed knows.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.condition.borrow().value.epoch.clone()
    }

    /// Returns when the data no longer has this epoch.
    pub async fn epoch_over(&self, epoch: &Epoch) {
        let mut condition = self.condition.subscribe();
        let over = condition.wait_for(|published| published.value.epoch != *epoch);
        // The sender lives as long as the feed.
        let _ = over.await;
    }

    /// Changes the condition. If the new value differs, wakes all followers and returns true.
    fn change_condition(&self, change: impl FnOnce(&mut Condition)) -> bool {
        let woken = self.condition.receiver_count();
        self.condition.send_if_modified(|published| {
            let mut value = published.value.clone();
            change(&mut value);
            let changes = published.value != value;
            if changes {
                *published = Published { value, woken };
            }
            changes
        })
    }

    /// Tells this sink from now on when the data becomes stale or fresh, or has another history.
    /// Returns the data's epoch and whether the data is stale now.
    #[must_use]
    pub fn attend(&self, sink: &Arc<dyn FeedSink>) -> (Epoch, bool) {
        let mut topics = self.lock();
        topics.sinks.push(Arc::downgrade(sink));
        (self.epoch(), self.is_stale())
    }

    /// Starts following some topics. No change after this is missed.
    #[must_use]
    pub fn watch<T: Into<Topic>>(self: &Arc<Self>, wanted: impl IntoIterator<Item = T>) -> Watch {
        let mut topics = self.lock();
        let watched = wanted.into_iter().map(|topic| {
            let topic = topic.into();
            let sender = Arc::clone(&topics.state_of(&topic).newest);
            let newest = sender.subscribe();
            Watched {
                topic,
                newest,
                sender,
            }
        });
        let watched = watched.collect();
        topics.sweep();
        drop(topics);
        Watch {
            feed: Arc::clone(self),
            watched,
            condition: self.condition.subscribe(),
        }
    }

    /// Passes every change of a topic to this sink from now on.
    #[must_use]
    pub fn subscribe(self: &Arc<Self>, topic: Topic, sink: Arc<dyn FeedSink>) -> Subscription {
        let mut topics = self.lock();
        let id = topics.next_subscription;
        topics.next_subscription += 1;
        topics.state_of(&topic).sinks.push((id, sink));
        topics.sweep();
        drop(topics);
        let feed = Arc::clone(self);
        Subscription { feed, id, topic }
    }

    /// Every topic that is followed or of which something is known.
    #[must_use]
    pub fn watched(&self) -> Vec<Topic> {
        self.lock().known.keys().cloned().collect()
    }

    /// The shoppers with an open page: their own topic is followed, or was a moment ago, between
    /// two polls.
    #[must_use]
    pub fn present(&self) -> Vec<ShopperId> {
        let topics = self.lock();
        let present = topics
            .known
            .iter()
            .filter_map(|(topic, state)| match topic {
                Topic::Mine(shopper) if state.is_watched() || state.is_fresh() => Some(*shopper),
                _ => None,
            });
        present.collect()
    }

    /// The number of followers of this topic; a sink counts as one, however many clients it serves.
    #[must_use]
    pub fn watchers(&self, topic: impl Into<Topic>) -> usize {
        let topics = self.lock();
        let state = topics.known.get(&topic.into());
        state.map_or(0, |state| state.newest.receiver_count() + state.sinks.len())
    }

    fn lock(&self) -> MutexGuard<'_, Topics> {
        // No code under the lock can panic in the middle of a change.
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Topics {
    fn tell_sinks(&mut self, tell: impl Fn(&dyn FeedSink)) {
        self.sinks.retain(|sink| {
            let sink = sink.upgrade();
            sink.inspect(|sink| tell(&**sink)).is_some()
        });
    }

    fn state_of(&mut self, topic: &Topic) -> &mut TopicState {
        if !self.known.contains_key(topic) {
            self.added += 1;
        }
        let state = self
            .known
            .entry(topic.clone())
            .or_insert_with(|| TopicState {
                newest: Arc::new(watch::Sender::new(None)),
                sinks: Vec::new(),
                watched_at: Instant::now(),
            });
        state.watched_at = Instant::now();
        state
    }

    /// Drops topics that nobody has followed for a while, each time enough topics were added.
    fn sweep(&mut self) {
        if self.added >= SWEEP_AFTER {
            self.added = 0;
            self.known
                .retain(|_, state| state.is_watched() || state.is_fresh());
        }
    }

    /// Notes that a follower has left. What is known of the topic is kept for a while. A topic of
    /// which nothing is known may not exist, and is dropped at once.
    fn leave(&mut self, topic: &Topic) {
        let Some(state) = self.known.get_mut(topic) else {
            return;
        };
        state.watched_at = Instant::now();
        if state.newest.borrow().is_none() && !state.is_watched() {
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
