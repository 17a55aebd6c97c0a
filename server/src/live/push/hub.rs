//! All sockets of one event loop: which follower is sent what, and when.

use std::sync::Arc;

use protocol::LiveMessage;
use shop::{Epoch, ShopperId};
use slab::Slab;
use store::{Change, Feed, FeedSink, Topic, Watch};
use tungstenite::protocol::frame::coding::CloseCode;

use super::{
    LiveCounters, Millis, SocketGuard,
    follower::{Follow, Follower, Lookup, Socket, Written},
    frame,
    inbound::FollowRequest,
    timing::Timing,
    topics::Topics,
};
use crate::{admission::client::Client, live::follow::add_change};

/// The shortest time between two messages of changes to a follower: at most 20 a second. Changes in
/// between are combined into the next message.
const SPACING: Millis = 50;

/// The reason in the close frame when the data has another epoch than the followers.
const OTHER_EPOCH: &str = "the data has another history";

/// A newly opened socket.
#[derive(Debug)]
pub(super) struct NewFollower<W> {
    pub(super) socket: W,
    pub(super) client: Client,
    pub(super) shopper: Option<ShopperId>,
    /// The topics it follows, and the version of each that it has after `newer`.
    pub(super) follows: Vec<(Topic, u64)>,
    /// The epoch of these versions.
    pub(super) epoch: Epoch,
    /// Whether it was last told that the data may be out of date, possibly by another instance.
    pub(super) told_stale: bool,
    /// The changes that it has not seen.
    pub(super) newer: LiveMessage,
    /// The bytes it has sent after its request.
    pub(super) said: Vec<u8>,
    pub(super) place: SocketGuard,
    /// Kept until the follower follows its topics here, so that the feed does not forget any.
    pub(super) watch: Option<Watch>,
}

/// A follower's number, and a serial that distinguishes it from earlier ones with that number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FollowerId {
    pub(super) number: usize,
    pub(super) serial: u32,
}

/// The sockets of one event loop.
///
/// Its methods receive the events and the time, and write to the sockets; it has no clock and never
/// waits, so tests need neither. A change is written directly to each follower. Nothing is queued:
/// a follower that cannot be written to, or was sent something less than 50 ms ago, gets the newest
/// state when it can be written to again (conflation).
///
/// All followers have seen the same epoch of the data. When the data has another one, they are
/// asked to reconnect, so that what they have seen is compared anew.
#[derive(Debug)]
pub(super) struct Hub<W> {
    pub(super) followers: Slab<Follower<W>>,
    topics: Topics,
    epoch: Epoch,
    /// Whether the data may be out of date.
    stale: bool,
    next_serial: u32,
    pub(super) timing: Timing,
    /// The read buffer of all followers, so that an idle one needs none.
    pub(super) scratch: Box<[u8]>,
    pub(super) counters: Arc<LiveCounters>,
}

impl<W: Socket> Hub<W> {
    pub(super) fn new(
        feed: Arc<Feed>,
        sink: Arc<dyn FeedSink>,
        counters: Arc<LiveCounters>,
    ) -> Self {
        let (epoch, stale) = feed.attend(&sink);
        Self {
            followers: Slab::new(),
            epoch,
            stale,
            topics: Topics::new(feed, sink),
            next_serial: 0,
            timing: Timing::new(),
            scratch: vec![0; frame::LARGEST_MESSAGE].into(),
            counters,
        }
    }

    /// The number that the next follower will have.
    pub(super) fn next_number(&self) -> usize {
        self.followers.vacant_key()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.followers.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.followers.is_empty()
    }

    /// Adds a follower, sends it the changes it has not seen, and returns the topics that it asks
    /// for.
    pub(super) fn join(
        &mut self,
        new_follower: NewFollower<W>,
        now: Millis,
    ) -> Option<FollowRequest> {
        self.next_serial = self.next_serial.wrapping_add(1);
        let serial = self.next_serial;
        let number = self.followers.insert(Follower {
            socket: new_follower.socket,
            serial,
            client: new_follower.client,
            shopper: new_follower.shopper,
            follows: Vec::new(),
            told_stale: new_follower.told_stale,
            next_at: now,
            queued: false,
            heard_at: now,
            said: 0,
            lookup: Lookup::Idle,
            input: None,
            backlog: None,
            leaving: false,
            watched: false,
            _place: new_follower.place,
        });
        let id = FollowerId { number, serial };
        self.timing.schedule_heartbeats(id, now);
        self.counters.sockets_opened();
        if new_follower.epoch != self.epoch {
            let code = CloseCode::Restart;
            self.ask_to_reconnect(id, LiveMessage::default(), code, OTHER_EPOCH, now);
            return None;
        }
        self.follow(id, new_follower.follows, new_follower.newer, now);
        drop(new_follower.watch);
        if new_follower.said.is_empty() {
            return None;
        }
        self.receive(number, &new_follower.said, now)
    }

    /// Sends a change to all followers of its topic.
    pub(super) fn publish(&mut self, change: &Arc<Change>, now: impl Fn() -> Millis) {
        let Some(topic_id) = self.topics.take_in(change) else {
            return;
        };
        // The list is taken out during the loop, in which no follower joins or leaves.
        let followers = std::mem::take(self.topics.followers_of(topic_id));
        let mut gone = Vec::new();
        for number in &followers {
            if self.send_newer(*number, now()) == Written::Gone {
                gone.push(*number);
            }
        }
        *self.topics.followers_of(topic_id) = followers;
        gone.into_iter().for_each(|number| self.remove(number));
    }

    /// Tells all followers whether the data may be out of date.
    pub(super) fn set_stale(&mut self, stale: bool, now: impl Fn() -> Millis) {
        self.stale = stale;
        let numbers: Vec<usize> = self.followers.iter().map(|(number, _)| number).collect();
        for number in numbers {
            if self.send_newer(number, now()) == Written::Gone {
                self.remove(number);
            }
        }
    }

    /// Begins another epoch of the data. All followers are asked to reconnect, spread over a while,
    /// because the versions that they have seen mean nothing in the new epoch.
    pub(super) fn begin_epoch(&mut self, epoch: Epoch, after: impl FnMut() -> u32, now: Millis) {
        self.epoch = epoch;
        self.close_all(after, OTHER_EPOCH, now);
    }

    pub(super) fn follower(&mut self, id: FollowerId) -> Option<&mut Follower<W>> {
        let follower = self.followers.get_mut(id.number)?;
        (follower.serial == id.serial).then_some(follower)
    }

    /// Sends a follower all changes it has not been sent, unless it has to wait.
    pub(super) fn send_newer(&mut self, number: usize, now: Millis) -> Written {
        let Some(follower) = self.followers.get_mut(number) else {
            return Written::Sent;
        };
        if follower.is_blocked() || follower.leaving || follower.queued {
            return Written::Blocked;
        }
        if now < follower.next_at {
            follower.queued = true;
            let id = FollowerId {
                number,
                serial: follower.serial,
            };
            self.timing.due.put(follower.next_at, id);
            return Written::Blocked;
        }
        let topics = &self.topics;
        let newer = |follow: &&Follow| topics.version(follow.topic_id) > follow.seen;
        let stale = (follower.told_stale != self.stale).then_some(self.stale);
        let frame = match (follower.follows.as_slice(), stale) {
            ([only], None) if newer(&only) => topics.frame(&[only.topic_id], None),
            ([_], None) => return Written::Sent,
            (follows, stale) => {
                let newer: Vec<usize> = follows.iter().filter(newer).map(|f| f.topic_id).collect();
                if newer.is_empty() && stale.is_none() {
                    return Written::Sent;
                }
                topics.frame(&newer, stale)
            }
        };
        let written = follower.send_change(&frame, now);
        if written == Written::Sent {
            follower.next_at = now + SPACING;
            follower.told_stale = self.stale;
            for follow in &mut follower.follows {
                follow.seen = follow.seen.max(topics.version(follow.topic_id));
            }
            self.counters.message_sent();
        }
        if follower.is_blocked() {
            self.watch_slow(number, now);
        }
        written
    }

    /// Replaces the topics that a follower follows.
    pub(super) fn follow(
        &mut self,
        id: FollowerId,
        follows: Vec<(Topic, u64)>,
        mut newer: LiveMessage,
        now: Millis,
    ) {
        self.unfollow_all(id.number);
        // The lookup does not decide whether the data is stale: this event loop does.
        let told = self
            .follower(id)
            .is_some_and(|follower| follower.told_stale);
        newer.stale = (told != self.stale).then_some(self.stale);
        let anything_newer = newer != LiveMessage::default();
        let entered = follows.into_iter().map(|(topic, mut seen)| {
            let (topic_id, seat) = self.topics.enter(topic, id.number);
            // The follower may have been sent newer versions during the lookup.
            if anything_newer && let Some(change) = self.topics.newest(topic_id, seen) {
                add_change(&mut newer, change);
                seen = change.version();
            }
            Follow {
                topic_id,
                seat,
                seen,
            }
        });
        let entered = entered.collect();
        if let Some(follower) = self.follower(id) {
            follower.follows = entered;
        }
        if anything_newer {
            self.send_message(id.number, &newer, now);
            let stale = self.stale;
            if let Some(follower) = self.follower(id) {
                follower.next_at = now + SPACING;
                follower.told_stale = stale;
            }
        }
        // Sends the changes since the lookup.
        if self.send_newer(id.number, now) == Written::Gone {
            self.remove(id.number);
        }
    }

    pub(super) fn send_message(&mut self, number: usize, message: &LiveMessage, now: Millis) {
        self.write(number, &frame::message(message), now);
    }

    pub(super) fn write(&mut self, number: usize, bytes: &[u8], now: Millis) {
        let Some(follower) = self.followers.get_mut(number) else {
            return;
        };
        let was_blocked = follower.is_blocked();
        match follower.send(bytes, now) {
            Written::Gone => self.remove(number),
            Written::Sent | Written::Blocked => {
                if !was_blocked && follower.is_blocked() {
                    self.watch_slow(number, now);
                }
            }
        }
    }

    pub(super) fn unfollow_all(&mut self, number: usize) {
        let Some(follower) = self.followers.get_mut(number) else {
            return;
        };
        for follow in std::mem::take(&mut follower.follows) {
            let Some(moved) = self.topics.leave(follow.topic_id, follow.seat) else {
                continue;
            };
            if let Some(moved) = self.followers.get_mut(moved)
                && let Some(same_topic) = moved
                    .follows
                    .iter_mut()
                    .find(|other| other.topic_id == follow.topic_id)
            {
                same_topic.seat = follow.seat;
            }
        }
    }

    pub(super) fn remove(&mut self, number: usize) {
        self.unfollow_all(number);
        if let Some(mut follower) = self.followers.try_remove(number) {
            if follower.is_blocked() {
                follower.socket.abandon();
            }
            self.counters.sockets_closed();
        }
    }
}
