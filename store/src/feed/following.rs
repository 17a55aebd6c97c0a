//! The two ways to follow a topic: a [`Watch`] for a future, a [`Subscription`] for a sink.

use std::{pin::pin, sync::Arc, time::Instant};

use futures_util::future::{select, select_all};
use shop::Level;
use tokio::sync::watch;

use super::{Feed, Newest, Told};
use crate::{Change, Topic};

/// One follower's interest in some topics. Dropping it ends the interest.
#[derive(Debug)]
pub struct Watch {
    pub(super) feed: Arc<Feed>,
    pub(super) places: Vec<Watched>,
    pub(super) stale: watch::Receiver<Told<bool>>,
}

#[derive(Debug)]
pub(super) struct Watched {
    pub(super) topic: Topic,
    pub(super) newest: watch::Receiver<Newest>,
    /// Knows how many watch.
    pub(super) sender: Arc<watch::Sender<Newest>>,
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
            .filter_map(|place| Some(place.newest.borrow().as_ref()?.what.clone()))
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

    /// How many watch the topic that most do: whom a change would wake at once.
    #[must_use]
    pub fn crowd(&self) -> usize {
        let crowds = self.places.iter();
        let crowds = crowds.map(|place| place.sender.receiver_count());
        crowds.max().unwrap_or(0)
    }

    /// How many the newest change has woken, of the topic where it was most.
    #[must_use]
    pub fn woken(&self) -> usize {
        let newest = self.places.iter().map(|place| place.newest.borrow());
        let woken = newest.map(|newest| newest.as_ref().map_or(0, |told| told.woken));
        woken.max().unwrap_or(0)
    }

    /// How many were told that all may be old, or no longer is.
    #[must_use]
    pub fn everyone_woken(&self) -> usize {
        self.stale.borrow().woken
    }

    /// Whether what is known may be old.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.stale.borrow().what
    }

    /// Topics of which nothing is known: they are to be read from the store.
    #[must_use]
    pub fn unknown(&self) -> Vec<Topic> {
        let unknown = self.places.iter();
        let unknown = unknown.filter(|place| place.newest.borrow().is_none());
        unknown.map(|place| place.topic.clone()).collect()
    }

    /// Returns when something has been published since this last returned, or
    /// since the watch began, or when what is known has become old or is no longer.
    /// Several changes may have become one. Dropping the future loses nothing.
    pub async fn changed(&mut self) {
        // No sender can go: the feed keeps a place while it is watched.
        let stale = pin!(self.stale.changed());
        if let [only] = self.places.as_mut_slice() {
            select(pin!(only.newest.changed()), stale).await;
            return;
        }
        let places = self.places.iter_mut();
        let changes = places.map(|place| Box::pin(place.newest.changed()));
        select(select_all(changes), stale).await;
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
    pub(super) feed: Arc<Feed>,
    pub(super) id: u64,
    pub(super) topic: Topic,
}

impl Subscription {
    /// The newest that is known of the topic.
    #[must_use]
    pub fn newest(&self) -> Option<Arc<Change>> {
        let topics = self.feed.lock();
        let newest = topics.known.get(&self.topic)?.newest.borrow();
        Some(Arc::clone(&newest.as_ref()?.what))
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
