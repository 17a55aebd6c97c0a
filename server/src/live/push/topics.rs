//! The followers of each topic, and its newest change, encoded once for all followers.

use std::{collections::HashMap, sync::Arc};

use protocol::LiveMessage;
use slab::Slab;
use store::{Change, Feed, FeedSink, Subscription, Topic};

use super::frame;
use crate::live::follow::message;

/// The topics that are followed on this event loop.
#[derive(Debug)]
pub(super) struct Topics {
    feed: Arc<Feed>,
    /// Receives the feed's changes.
    sink: Arc<dyn FeedSink>,
    topics: Slab<FollowedTopic>,
    by_topic: HashMap<Topic, usize>,
}

#[derive(Debug)]
pub(super) struct FollowedTopic {
    topic: Topic,
    /// The numbers of the followers.
    pub(super) followers: Vec<usize>,
    newest: Option<Newest>,
    _subscription: Subscription,
}

#[derive(Debug)]
struct Newest {
    change: Arc<Change>,
    /// A frame with only this change.
    frame: Arc<[u8]>,
}

impl Topics {
    pub(super) fn new(feed: Arc<Feed>, sink: Arc<dyn FeedSink>) -> Self {
        Self {
            feed,
            sink,
            topics: Slab::new(),
            by_topic: HashMap::new(),
        }
    }

    /// Adds a follower to a topic. Returns the topic's index, and the follower's index in it.
    pub(super) fn enter(&mut self, topic: Topic, follower: usize) -> (usize, usize) {
        let number = match self.by_topic.get(&topic) {
            Some(number) => *number,
            None => self.open(topic),
        };
        let followers = &mut self.topics[number].followers;
        followers.push(follower);
        (number, followers.len() - 1)
    }

    /// Removes a follower. Returns the follower that has taken its index, if any.
    pub(super) fn leave(&mut self, topic_id: usize, seat: usize) -> Option<usize> {
        let followers = &mut self.topics[topic_id].followers;
        followers.swap_remove(seat);
        let moved = followers.get(seat).copied();
        if followers.is_empty() {
            let followed = self.topics.remove(topic_id);
            self.by_topic.remove(&followed.topic);
        }
        moved
    }

    /// Stores a change. Returns its topic, if that is followed here and the change is newer.
    pub(super) fn take_in(&mut self, change: &Arc<Change>) -> Option<usize> {
        let number = *self.by_topic.get(&change.topic())?;
        let followed = &mut self.topics[number];
        if followed.version() >= change.version() {
            return None;
        }
        followed.newest = Some(Newest::of(change));
        Some(number)
    }

    /// The followers of a topic, to be taken out while they are written to, and put back.
    pub(super) fn followers_of(&mut self, topic_id: usize) -> &mut Vec<usize> {
        &mut self.topics[topic_id].followers
    }

    /// The known version of a topic, or 0.
    pub(super) fn version(&self, topic_id: usize) -> u64 {
        self.topics[topic_id].version()
    }

    /// The newest change of a topic, if it is newer than this version.
    pub(super) fn newest(&self, topic_id: usize, than: u64) -> Option<&Change> {
        let newest = self.topics[topic_id].newest.as_ref()?;
        Some(&*newest.change).filter(|change| change.version() > than)
    }

    /// A frame with the newest change of each of these topics, and the staleness if it is given.
    pub(super) fn frame(&self, topics: &[usize], stale: Option<bool>) -> Arc<[u8]> {
        let newest = topics
            .iter()
            .filter_map(|topic_id| self.topics[*topic_id].newest.as_ref());
        match (newest.collect::<Vec<_>>().as_slice(), stale) {
            ([only], None) => Arc::clone(&only.frame),
            (newest, stale) => {
                let changes = newest.iter().map(|newest| &*newest.change);
                let message = LiveMessage {
                    stale,
                    ..message(changes, false)
                };
                frame::message(&message).into()
            }
        }
    }

    fn open(&mut self, topic: Topic) -> usize {
        // Subscribes before the newest change is read, so that every later one arrives at the sink.
        let sink = Arc::clone(&self.sink);
        let subscription = self.feed.subscribe(topic.clone(), sink);
        let newest = subscription.newest();
        let number = self.topics.insert(FollowedTopic {
            topic: topic.clone(),
            followers: Vec::new(),
            newest: newest.as_ref().map(Newest::of),
            _subscription: subscription,
        });
        self.by_topic.insert(topic, number);
        number
    }
}

impl FollowedTopic {
    fn version(&self) -> u64 {
        self.newest
            .as_ref()
            .map_or(0, |newest| newest.change.version())
    }
}

impl Newest {
    fn of(change: &Arc<Change>) -> Self {
        Self {
            change: Arc::clone(change),
            frame: frame::message(&message([&**change], false)).into(),
        }
    }
}
