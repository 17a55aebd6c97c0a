//! Tells whoever watches a book that its level has changed.
//!
//! The feed keeps the newest level of each book that anybody has asked about,
//! and a bell for each watcher. A publication replaces the level and rings the
//! bells; it never queues. A watcher that is slow finds only the newest level
//! when it looks, and costs the others nothing.
//!
//! To miss nothing, a watcher registers first ([`Feed::watch`]), then looks at
//! the levels, then waits for its bell: a change in between has rung it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use shop::{Level, Slug};
use tokio::sync::Notify;

/// The newest level of each watched book, and who wants to know of the next.
#[derive(Debug, Default)]
pub struct Feed {
    // A std mutex: it is held for a few map operations and never across an await.
    shelves: Mutex<Shelves>,
}

#[derive(Debug, Default)]
struct Shelves {
    topics: HashMap<Slug, Topic>,
    next_watcher: u64,
}

#[derive(Debug, Default)]
struct Topic {
    level: Option<Level>,
    watchers: HashMap<u64, Arc<Notify>>,
}

impl Feed {
    /// Announces a level. An older one than is known is ignored, so late or
    /// doubled announcements mislead nobody.
    pub fn publish(&self, level: Level) {
        let mut shelves = self.lock();
        // Nobody has asked about this book: whoever does will read the store.
        let Some(topic) = shelves.topics.get_mut(&level.book) else {
            return;
        };
        if topic
            .level
            .as_ref()
            .is_some_and(|known| known.version >= level.version)
        {
            return;
        }
        topic.level = Some(level);
        topic.watchers.values().for_each(|bell| bell.notify_one());
    }

    /// Starts watching some books. Levels may be looked at after this, and no
    /// change after this goes unnoticed.
    #[must_use]
    pub fn watch(self: &Arc<Self>, books: Vec<Slug>) -> Watch {
        let bell = Arc::new(Notify::new());
        let mut shelves = self.lock();
        let id = shelves.next_watcher;
        shelves.next_watcher += 1;
        for book in &books {
            let topic = shelves.topics.entry(book.clone()).or_default();
            topic.watchers.insert(id, Arc::clone(&bell));
        }
        drop(shelves);
        Watch {
            feed: Arc::clone(self),
            id,
            bell,
            books,
        }
    }

    /// Every book that somebody watches now.
    #[must_use]
    pub fn watched(&self) -> Vec<Slug> {
        self.lock().topics.keys().cloned().collect()
    }

    /// How many are watching this book now.
    #[must_use]
    pub fn watchers(&self, book: &Slug) -> usize {
        self.lock()
            .topics
            .get(book)
            .map_or(0, |topic| topic.watchers.len())
    }

    fn lock(&self) -> MutexGuard<'_, Shelves> {
        // No code under the lock can panic half-way through a change.
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One watcher's interest in some books. Dropping it ends the interest.
#[derive(Debug)]
pub struct Watch {
    feed: Arc<Feed>,
    id: u64,
    bell: Arc<Notify>,
    books: Vec<Slug>,
}

impl Watch {
    /// The books that are watched.
    #[must_use]
    pub fn books(&self) -> &[Slug] {
        &self.books
    }

    /// The newest level of each watched book, where the feed knows one.
    #[must_use]
    pub fn levels(&self) -> Vec<Level> {
        let shelves = self.feed.lock();
        self.books
            .iter()
            .filter_map(|book| shelves.topics.get(book)?.level.clone())
            .collect()
    }

    /// Returns when a level has been published since this last returned, or
    /// since the watch began. Several changes may have become one.
    pub async fn changed(&self) {
        self.bell.notified().await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut shelves = self.feed.lock();
        for book in &self.books {
            if let Some(topic) = shelves.topics.get_mut(book) {
                topic.watchers.remove(&self.id);
                if topic.watchers.is_empty() {
                    shelves.topics.remove(book);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(version: u64) -> Level {
        Level {
            book: Slug::parse("drop").unwrap(),
            available: 1,
            in_carts: false,
            version,
        }
    }

    fn watch(feed: &Arc<Feed>) -> Watch {
        feed.watch(vec![level(0).book])
    }

    #[tokio::test]
    async fn a_change_between_registering_and_waiting_is_not_missed() {
        let feed = Arc::new(Feed::default());
        let watch = watch(&feed);
        feed.publish(level(2));
        watch.changed().await;
        assert_eq!(watch.levels(), [level(2)]);
    }

    #[tokio::test]
    async fn a_slow_watcher_finds_the_newest_level_and_one_ring() {
        let feed = Arc::new(Feed::default());
        let watch = watch(&feed);
        (2..100).for_each(|version| feed.publish(level(version)));
        watch.changed().await;
        assert_eq!(watch.levels(), [level(99)]);
        let again = tokio::time::timeout(std::time::Duration::ZERO, watch.changed());
        assert!(again.await.is_err(), "one ring for all of it");
    }

    #[tokio::test]
    async fn an_older_or_equal_level_changes_nothing() {
        let feed = Arc::new(Feed::default());
        let watch = watch(&feed);
        feed.publish(level(3));
        watch.changed().await;
        feed.publish(level(2));
        feed.publish(level(3));
        let again = tokio::time::timeout(std::time::Duration::ZERO, watch.changed());
        assert!(again.await.is_err());
        assert_eq!(watch.levels(), [level(3)]);
    }

    #[test]
    fn a_watch_that_is_dropped_is_forgotten() {
        let feed = Arc::new(Feed::default());
        let (first, second) = (watch(&feed), watch(&feed));
        assert_eq!(feed.watchers(&level(0).book), 2);
        drop(first);
        assert_eq!(feed.watchers(&level(0).book), 1);
        drop(second);
        assert_eq!(feed.watchers(&level(0).book), 0);
        assert!(feed.lock().topics.is_empty(), "nothing is kept of it");
    }
}
