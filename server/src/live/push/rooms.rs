//! Who follows what, and the newest of it, built once for everyone.

use std::{collections::HashMap, sync::Arc};

use protocol::LiveMessage;
use slab::Slab;
use store::{Change, Feed, Sink, Subscription, Topic};

use super::frame;
use crate::live::follow::message;

/// The topics that are followed here.
#[derive(Debug)]
pub(super) struct Rooms {
    feed: Arc<Feed>,
    /// Where the feed's changes go.
    sink: Arc<dyn Sink>,
    rooms: Slab<Room>,
    by_topic: HashMap<Topic, usize>,
}

#[derive(Debug)]
pub(super) struct Room {
    topic: Topic,
    /// The numbers of those who follow it.
    pub(super) members: Vec<usize>,
    newest: Option<Newest>,
    _subscription: Subscription,
}

#[derive(Debug)]
struct Newest {
    change: Arc<Change>,
    /// A message with this change and nothing else.
    frame: Arc<[u8]>,
}

impl Rooms {
    pub(super) fn new(feed: Arc<Feed>, sink: Arc<dyn Sink>) -> Self {
        Self {
            feed,
            sink,
            rooms: Slab::new(),
            by_topic: HashMap::new(),
        }
    }

    /// Takes a seat in the topic's room: the room's number and the seat's.
    pub(super) fn enter(&mut self, topic: Topic, member: usize) -> (usize, usize) {
        let number = match self.by_topic.get(&topic) {
            Some(number) => *number,
            None => self.open(topic),
        };
        let members = &mut self.rooms[number].members;
        members.push(member);
        (number, members.len() - 1)
    }

    /// Gives a seat up. Returns who sits there now, if somebody had to move.
    pub(super) fn leave(&mut self, room: usize, seat: usize) -> Option<usize> {
        let members = &mut self.rooms[room].members;
        members.swap_remove(seat);
        let moved = members.get(seat).copied();
        if members.is_empty() {
            let room = self.rooms.remove(room);
            self.by_topic.remove(&room.topic);
        }
        moved
    }

    /// The room in which this is news, if there is one.
    pub(super) fn take_in(&mut self, change: &Arc<Change>) -> Option<usize> {
        let number = *self.by_topic.get(&change.topic())?;
        let room = &mut self.rooms[number];
        if room.version() >= change.version() {
            return None;
        }
        room.newest = Some(Newest::of(change));
        Some(number)
    }

    /// Those of the room, to be gone through and put back.
    pub(super) fn members_of(&mut self, room: usize) -> &mut Vec<usize> {
        &mut self.rooms[room].members
    }

    /// The version that is known of it; 0 where nothing is.
    pub(super) fn version(&self, room: usize) -> u64 {
        self.rooms[room].version()
    }

    /// What is known of it, where that is newer than this version.
    pub(super) fn newest(&self, room: usize, than: u64) -> Option<&Change> {
        let newest = self.rooms[room].newest.as_ref()?;
        Some(&*newest.change).filter(|change| change.version() > than)
    }

    /// The message that tells the newest of these rooms, and whether all may be old
    /// where that is to be said.
    pub(super) fn frame(&self, rooms: &[usize], stale: Option<bool>) -> Arc<[u8]> {
        let newest = rooms
            .iter()
            .filter_map(|room| self.rooms[*room].newest.as_ref());
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
        // Registered first: a change from here on comes through the sink.
        let sink = Arc::clone(&self.sink);
        let subscription = self.feed.subscribe(topic.clone(), sink);
        let newest = subscription.newest();
        let number = self.rooms.insert(Room {
            topic: topic.clone(),
            members: Vec::new(),
            newest: newest.as_ref().map(Newest::of),
            _subscription: subscription,
        });
        self.by_topic.insert(topic, number);
        number
    }
}

impl Room {
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
