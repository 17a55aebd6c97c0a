//! Following a topic: a [`Watch`] for a future, a [`Subscription`] for a sink.

use std::{pin::pin, sync::Arc};

use futures_util::future::{select, select_all};
use shop::{Epoch, Level};
use tokio::sync::watch;

use super::{Condition, Feed, Newest, Published};
use crate::{Change, Topic};

/// One follower's interest in some topics. Dropping it ends the interest.
#[derive(Debug)]
pub struct Watch {
    pub(super) feed: Arc<Feed>,
    pub(super) watched: Vec<Watched>,
    pub(super) condition: watch::Receiver<Published<Condition>>,
}

#[derive(Debug)]
pub(super) struct Watched {
    pub(super) topic: Topic,
    pub(super) newest: watch::Receiver<Newest>,
    /// Kept to count the topic's receivers.
    pub(super) sender: Arc<watch::Sender<Newest>>,
}

impl Watch {
    /// The followed topics.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.watched.iter().map(|state| &state.topic)
    }

    /// The newest change of each topic that the feed knows.
    #[must_use]
    pub fn newest(&self) -> Vec<Arc<Change>> {
        let watched = self.watched.iter();
        watched
            .filter_map(|state| Some(state.newest.borrow().as_ref()?.value.clone()))
            .collect()
    }

    /// The newest level of each book among the topics.
    #[must_use]
    pub fn levels(&self) -> Vec<Level> {
        let newest = self.newest().into_iter();
        let levels = newest.filter_map(|change| match &*change {
            Change::Level(level) => Some(level.clone()),
            _ => None,
        });
        levels.collect()
    }

    /// The number of watches of the most watched topic. One change of it wakes them all.
    #[must_use]
    pub fn crowd(&self) -> usize {
        let crowds = self.watched.iter();
        let crowds = crowds.map(|state| state.sender.receiver_count());
        crowds.max().unwrap_or(0)
    }

    /// The largest number of watches woken by any of the newest changes.
    #[must_use]
    pub fn woken(&self) -> usize {
        let newest = self.watched.iter().map(|state| state.newest.borrow());
        let woken = newest.map(|newest| newest.as_ref().map_or(0, |published| published.woken));
        woken.max().unwrap_or(0)
    }

    /// The number of watches woken when the data last became stale or fresh, or began another
    /// history.
    #[must_use]
    pub fn everyone_woken(&self) -> usize {
        self.condition.borrow().woken
    }

    /// Whether the feed's data may be stale.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.condition.borrow().value.stale
    }

    /// The epoch of the feed's data.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.condition.borrow().value.epoch.clone()
    }

    /// The topics that must be read from the store.
    #[must_use]
    pub fn unknown(&self) -> Vec<Topic> {
        let unknown = self.watched.iter();
        let unknown = unknown.filter(|state| state.newest.borrow().is_none());
        unknown.map(|state| state.topic.clone()).collect()
    }

    /// Returns when a topic has changed since the last call, or since the watch began. Also returns
    /// when the data has become stale or fresh, or has another history. Several changes may be
    /// merged into one. Dropping the future loses nothing.
    pub async fn changed(&mut self) {
        // A sender cannot be dropped: the feed keeps a topic while it is watched.
        let condition = pin!(self.condition.changed());
        if let [only] = self.watched.as_mut_slice() {
            select(pin!(only.newest.changed()), condition).await;
            return;
        }
        let watched = self.watched.iter_mut();
        let changes = watched.map(|state| Box::pin(state.newest.changed()));
        select(select_all(changes), condition).await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // The receivers are dropped first, so that `leave` sees whether anybody still watches a
        // topic.
        let watched = std::mem::take(&mut self.watched).into_iter();
        let left: Vec<Topic> = watched.map(|state| state.topic).collect();
        let mut topics = self.feed.lock();
        left.iter().for_each(|topic| topics.leave(topic));
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
    /// The newest change that the feed knows.
    #[must_use]
    pub fn newest(&self) -> Option<Arc<Change>> {
        let topics = self.feed.lock();
        let newest = topics.known.get(&self.topic)?.newest.borrow();
        Some(Arc::clone(&newest.as_ref()?.value))
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut topics = self.feed.lock();
        if let Some(state) = topics.known.get_mut(&self.topic) {
            state.sinks.retain(|(id, _)| *id != self.id);
        }
        topics.leave(&self.topic);
    }
}
