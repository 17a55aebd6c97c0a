//! The feed misses no change and queues none.

use std::future::Future;

use shop::{Level, Slug};

use super::*;

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

fn book() -> Slug {
    slug("drop")
}

fn level(version: u64) -> Change {
    Change::Level(Level {
        book: book(),
        available: 1,
        in_carts: false,
        price: shop::Price::from_cents(2_000),
        page: 1,
        withdrawn: false,
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
    assert!(!at_once(watch.changed()).await, "a single wake-up");
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
async fn a_change_of_any_watched_topic_wakes_the_watcher() {
    let feed = Arc::new(Feed::default());
    let mut watch = feed.watch(["a", "drop", "c"].map(slug));
    assert!(!at_once(watch.changed()).await);
    feed.publish(level(2));
    assert!(at_once(watch.changed()).await);
    assert!(!at_once(watch.changed()).await);
    assert_eq!(watch.unknown().len(), 2);
}

#[tokio::test]
async fn a_late_watcher_still_knows_how_many_were_woken_together() {
    let feed = Arc::new(Feed::default());
    let mut watches = [0; 5].map(|_| watch(&feed));
    feed.publish(level(2));
    for watch in &mut watches {
        assert!(at_once(watch.changed()).await);
    }
    let mut watches = Vec::from(watches);
    let last = watches.pop().unwrap();
    drop(watches);
    assert_eq!((last.crowd(), last.woken()), (1, 5));
}

#[derive(Debug, Default)]
struct RecordingSink {
    changes: Mutex<Vec<Change>>,
    stale: Mutex<Vec<bool>>,
}

impl FeedSink for RecordingSink {
    fn publish(&self, change: &Arc<Change>) {
        self.changes.lock().unwrap().push((**change).clone());
    }

    fn set_stale(&self, stale: bool) {
        self.stale.lock().unwrap().push(stale);
    }

    fn begin_epoch(&self, _: &Epoch) {
        self.changes.lock().unwrap().clear();
    }
}

#[tokio::test]
async fn watchers_are_told_once_when_data_becomes_stale_and_once_when_it_is_fresh() {
    let feed = Arc::new(Feed::default());
    let (mut one, mut several) = (watch(&feed), feed.watch(["a", "b"].map(slug)));
    for stale in [true, false] {
        feed.set_stale(stale);
        feed.set_stale(stale);
        for watch in [&mut one, &mut several] {
            assert!(at_once(watch.changed()).await);
            assert_eq!((watch.is_stale(), watch.everyone_woken()), (stale, 2));
            assert!(!at_once(watch.changed()).await, "woken once");
        }
    }
    feed.set_stale(true);
    let mut newcomer = watch(&feed);
    assert!(
        newcomer.is_stale(),
        "a new watch sees that the data is stale"
    );
    assert!(!at_once(newcomer.changed()).await, "but it is not woken");
}

#[test]
fn a_sink_is_told_once_when_data_becomes_stale_or_fresh_and_is_not_kept_alive() {
    let feed = Arc::new(Feed::default());
    let recorded = Arc::new(RecordingSink::default());
    let sink: Arc<dyn FeedSink> = recorded.clone();
    assert!(!feed.attend(&sink).1);
    for stale in [false, true, true, false, true] {
        feed.set_stale(stale);
    }
    assert_eq!(*recorded.stale.lock().unwrap(), [true, false, true]);
    drop((sink, recorded));
    feed.set_stale(false);
    assert!(feed.lock().sinks.is_empty());
}

#[test]
fn a_sink_receives_each_change_until_its_subscription_is_dropped() {
    let feed = Arc::new(Feed::default());
    let recorded = Arc::new(RecordingSink::default());
    let subscription = feed.subscribe(book().into(), recorded.clone());
    assert_eq!(subscription.newest(), None);
    feed.publish(level(2));
    feed.publish(level(1));
    feed.publish(level(3));
    assert_eq!(*recorded.changes.lock().unwrap(), [level(2), level(3)]);
    assert_eq!(subscription.newest().as_deref(), Some(&level(3)));
    drop(subscription);
    feed.publish(level(4));
    assert_eq!(recorded.changes.lock().unwrap().len(), 2);
}

/// A poll may wait for longer than an unfollowed topic is kept.
#[test]
fn a_topic_is_kept_for_a_while_after_a_long_wait() {
    let feed = Arc::new(Feed::default());
    let shopper = ShopperId::from_bytes([1; 16]);
    let mine = Topic::Mine(shopper);
    let poll = feed.watch([mine.clone()]);
    feed.publish(Change::Mine { shopper, number: 2 });
    // The poll began this long ago.
    let began = Instant::now().checked_sub(2 * KEEP_UNWATCHED).unwrap();
    feed.lock().known.get_mut(&mine).unwrap().watched_at = began;
    drop(poll);
    assert_eq!(feed.present(), [shopper], "present between two polls");
    let mut topics = feed.lock();
    topics.added = SWEEP_AFTER;
    topics.sweep();
    assert!(topics.known.contains_key(&mine));
}

#[test]
fn an_unwatched_topic_is_forgotten_after_a_while() {
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
        "a follower who returns soon finds it"
    );
    let mut topics = feed.lock();
    let state = topics.known.get_mut(&book().into()).unwrap();
    state.watched_at = Instant::now().checked_sub(KEEP_UNWATCHED).unwrap();
    topics.added = SWEEP_AFTER;
    topics.sweep();
    assert!(topics.known.is_empty());
}

#[tokio::test]
async fn a_new_epoch_makes_the_feed_forget_everything_and_wakes_watchers() {
    let (one, other): (Epoch, Epoch) = ("q7".parse().unwrap(), "q8".parse().unwrap());
    let feed = Arc::new(Feed::new(one.clone()));
    let recorded = Arc::new(RecordingSink::default());
    let sink = Arc::clone(&recorded) as Arc<dyn FeedSink>;
    assert_eq!(feed.attend(&sink), (one.clone(), false));
    let _subscription = feed.subscribe(book().into(), sink);
    let mut watch = watch(&feed);
    feed.publish_of(&one, level(9));
    watch.changed().await;
    assert!(!feed.begin_epoch(one.clone()), "the epoch is the same");
    assert!(feed.begin_epoch(other.clone()));
    assert!(at_once(watch.changed()).await);
    assert_eq!((newest(&watch), watch.epoch()), (vec![], other.clone()));
    assert_eq!(*recorded.changes.lock().unwrap(), []);
    // A change of the old epoch is ignored, and a lower version of the new epoch is published.
    feed.publish_of(&one, level(10));
    feed.publish_of(&other, level(3));
    assert_eq!(newest(&watch), [level(3)]);
    assert_eq!(*recorded.changes.lock().unwrap(), [level(3)]);
}
