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
//! There are two ways to follow. A [`Watch`] is a future's: cheap to make and to
//! drop, for a wait that ends with the first change. A [`Subscription`] hands each
//! change to a [`Sink`], for an event loop that serves many.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::select_all;
use shop::Level;
use tokio::sync::watch;

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
}

#[derive(Debug, Default)]
struct Topics {
    known: HashMap<Topic, Place>,
    added: usize,
    next_subscription: u64,
}

type Newest = Option<Arc<Change>>;

#[derive(Debug)]
struct Place {
    newest: Arc<watch::Sender<Newest>>,
    sinks: Vec<(u64, Arc<dyn Sink>)>,
    watched_at: Instant,
}

/// Takes changes in, at once and without waiting: it is called by whoever publishes.
pub trait Sink: std::fmt::Debug + Send + Sync {
    /// A topic that this sink has subscribed to has changed.
    fn publish(&self, change: &Arc<Change>);
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
        let known = place.newest.borrow().as_ref().map(|known| known.version());
        if known.is_some_and(|known| known >= change.version()) {
            return;
        }
        let change = Arc::new(change);
        place
            .sinks
            .iter()
            .for_each(|(_, sink)| sink.publish(&change));
        place.newest.send_replace(Some(change));
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
        }
    }

    /// Hands every change of a topic to this sink, from now on.
    #[must_use]
    pub fn subscribe(self: &Arc<Self>, topic: Topic, sink: Arc<dyn Sink>) -> Subscription {
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
    fn place(&mut self, topic: &Topic) -> &mut Place {
        if !self.known.contains_key(topic) {
            self.added += 1;
        }
        let place = self.known.entry(topic.clone()).or_insert_with(|| Place {
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
            self.known.retain(|_, place| {
                place.is_watched() || place.watched_at.elapsed() < KEEP_UNWATCHED
            });
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

impl Place {
    fn is_watched(&self) -> bool {
        self.newest.receiver_count() > 0 || !self.sinks.is_empty()
    }
}

/// One follower's interest in some topics. Dropping it ends the interest.
#[derive(Debug)]
pub struct Watch {
    feed: Arc<Feed>,
    places: Vec<Watched>,
}

#[derive(Debug)]
struct Watched {
    topic: Topic,
    newest: watch::Receiver<Newest>,
    /// Knows how many watch.
    sender: Arc<watch::Sender<Newest>>,
}

impl Watch {
    /// What is followed.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.places.iter().map(|place| &place.topic)
    }

    /// The newest of each topic, where anything is known of it.
    #[must_use]
    pub fn newest(&self) -> Vec<Arc<Change>> {
        let places = self.places.iter();
        places
            .filter_map(|place| place.newest.borrow().clone())
            .collect()
    }

    /// The newest levels of the books among them.
    #[must_use]
    pub fn levels(&self) -> Vec<Level> {
        let newest = self.newest().into_iter();
        let levels = newest.filter_map(|change| match &*change {
            Change::Level(level) => Some(level.clone()),
            _ => None,
        });
        levels.collect()
    }

    /// How many watch the topic that most do: whom a change wakes at once.
    #[must_use]
    pub fn crowd(&self) -> usize {
        let crowds = self.places.iter();
        let crowds = crowds.map(|place| place.sender.receiver_count());
        crowds.max().unwrap_or(0)
    }

    /// Topics of which nothing is known: they are to be read from the store.
    #[must_use]
    pub fn unknown(&self) -> Vec<Topic> {
        let unknown = self.places.iter();
        let unknown = unknown.filter(|place| place.newest.borrow().is_none());
        unknown.map(|place| place.topic.clone()).collect()
    }

    /// Returns when something has been published since this last returned, or
    /// since the watch began. Several changes may have become one. Dropping the
    /// future loses nothing.
    pub async fn changed(&mut self) {
        if let [only] = self.places.as_mut_slice() {
            // The sender cannot go: the feed keeps the place while it is watched.
            let _ = only.newest.changed().await;
            return;
        }
        let places = self.places.iter_mut();
        let changes = places.map(|place| Box::pin(place.newest.changed()));
        let _ = select_all(changes).await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let unknown = self.unknown();
        if unknown.is_empty() {
            return;
        }
        self.places.clear();
        let mut topics = self.feed.lock();
        unknown
            .iter()
            .for_each(|topic| topics.forget_unknown(topic));
    }
}

/// A sink's interest in a topic. Dropping it ends the interest.
#[derive(Debug)]
pub struct Subscription {
    feed: Arc<Feed>,
    id: u64,
    topic: Topic,
}

impl Subscription {
    /// The newest that is known of the topic.
    #[must_use]
    pub fn newest(&self) -> Option<Arc<Change>> {
        let topics = self.feed.lock();
        topics.known.get(&self.topic)?.newest.borrow().clone()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut topics = self.feed.lock();
        if let Some(place) = topics.known.get_mut(&self.topic) {
            place.sinks.retain(|(id, _)| *id != self.id);
            place.watched_at = Instant::now();
            topics.forget_unknown(&self.topic);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;

    use shop::Slug;

    use super::*;

    fn book() -> Slug {
        Slug::parse("drop").unwrap()
    }

    fn level(version: u64) -> Change {
        Change::Level(Level {
            book: book(),
            available: 1,
            in_carts: false,
            version,
        })
    }

    fn watch(feed: &Arc<Feed>) -> Watch {
        feed.watch([book()])
    }

    fn newest(watch: &Watch) -> Vec<Change> {
        let newest = watch.newest().into_iter();
        newest.map(|change| (*change).clone()).collect()
    }

    async fn at_once(changed: impl Future<Output = ()>) -> bool {
        tokio::time::timeout(Duration::ZERO, changed).await.is_ok()
    }

    #[tokio::test]
    async fn a_change_between_registering_and_waiting_is_not_missed() {
        let feed = Arc::new(Feed::default());
        let mut watch = watch(&feed);
        feed.publish(level(2));
        watch.changed().await;
        assert_eq!(newest(&watch), [level(2)]);
    }

    #[tokio::test]
    async fn a_slow_watcher_finds_the_newest_level_and_wakes_once() {
        let feed = Arc::new(Feed::default());
        let mut watch = watch(&feed);
        (2..100).for_each(|version| feed.publish(level(version)));
        watch.changed().await;
        assert_eq!(newest(&watch), [level(99)]);
        assert!(!at_once(watch.changed()).await, "once for all of it");
    }

    #[tokio::test]
    async fn an_older_or_equal_level_changes_nothing() {
        let feed = Arc::new(Feed::default());
        let mut watch = watch(&feed);
        feed.publish(level(3));
        watch.changed().await;
        feed.publish(level(2));
        feed.publish(level(3));
        assert!(!at_once(watch.changed()).await);
        assert_eq!(newest(&watch), [level(3)]);
    }

    #[tokio::test]
    async fn any_of_several_topics_wakes() {
        let feed = Arc::new(Feed::default());
        let topics = ["a", "drop", "c"].map(|book| Slug::parse(book).unwrap());
        let mut watch = feed.watch(topics);
        assert!(!at_once(watch.changed()).await);
        feed.publish(level(2));
        assert!(at_once(watch.changed()).await);
        assert!(!at_once(watch.changed()).await);
        assert_eq!(watch.unknown().len(), 2);
    }

    #[derive(Debug, Default)]
    struct Heard(Mutex<Vec<Change>>);

    impl Sink for Heard {
        fn publish(&self, change: &Arc<Change>) {
            self.0.lock().unwrap().push((**change).clone());
        }
    }

    #[test]
    fn a_sink_is_handed_each_change_until_it_leaves() {
        let feed = Arc::new(Feed::default());
        let heard = Arc::new(Heard::default());
        let subscription = feed.subscribe(book().into(), heard.clone());
        assert_eq!(subscription.newest(), None);
        feed.publish(level(2));
        feed.publish(level(1));
        feed.publish(level(3));
        assert_eq!(*heard.0.lock().unwrap(), [level(2), level(3)]);
        assert_eq!(subscription.newest().as_deref(), Some(&level(3)));
        drop(subscription);
        feed.publish(level(4));
        assert_eq!(heard.0.lock().unwrap().len(), 2);
    }

    #[test]
    fn a_topic_that_is_dropped_is_forgotten_after_a_while() {
        let feed = Arc::new(Feed::default());
        let (first, second) = (watch(&feed), watch(&feed));
        assert_eq!(feed.watchers(book()), 2);
        drop(first);
        assert_eq!(feed.watchers(book()), 1);
        drop(second);
        assert!(feed.lock().known.is_empty(), "nothing was known of it");

        drop(watch(&feed));
        let kept = watch(&feed);
        feed.publish(level(2));
        drop(kept);
        assert_eq!(
            newest(&watch(&feed)),
            [level(2)],
            "whoever returns soon finds it"
        );
        let mut topics = feed.lock();
        let place = topics.known.get_mut(&book().into()).unwrap();
        place.watched_at = Instant::now().checked_sub(KEEP_UNWATCHED).unwrap();
        topics.added = SWEEP_AFTER;
        topics.sweep();
        assert!(topics.known.is_empty());
    }
}
