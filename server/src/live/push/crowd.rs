//! Every socket of one event loop: who is told what, and when.
//!
//! It is told what has happened and when, and writes to the sockets itself; it
//! has no clock, waits for nothing and can be tested without either. A change is
//! written straight to everyone who follows it. Nothing is queued for anybody:
//! whoever cannot be written to, or was told less than 50 ms ago, gets what is
//! newest when the time comes.

use std::sync::Arc;

use protocol::LiveMessage;
use shop::ShopperId;
use slab::Slab;
use store::{Change, Feed, Sink, Topic, Watch};

use super::{
    Counters, Millis, Place, frame,
    hearing::Wish,
    member::{Asking, Follow, Member, Wire, Written},
    rooms::Rooms,
    timing::Timing,
};
use crate::live::follow::tell;

/// At most 20 messages a second; what changes in between is in the next one.
const SPACING: Millis = 50;

/// A socket that has just been opened.
#[derive(Debug)]
pub(super) struct Newcomer<W> {
    pub(super) wire: W,
    pub(super) shopper: Option<ShopperId>,
    /// What it follows, and what it has seen or is told now.
    pub(super) follows: Vec<(Topic, u64)>,
    /// Whether it was told elsewhere that all may be old.
    pub(super) told_stale: bool,
    /// What is newer than it has seen.
    pub(super) newer: LiveMessage,
    /// What it has said already, behind its request.
    pub(super) said: Vec<u8>,
    pub(super) place: Place,
    /// Kept until it has entered its rooms, so that nothing is forgotten in between.
    pub(super) watch: Option<Watch>,
}

/// A member's number, and which of those who had it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MemberId {
    pub(super) number: usize,
    pub(super) serial: u32,
}

#[derive(Debug)]
pub(super) struct Crowd<W> {
    pub(super) members: Slab<Member<W>>,
    rooms: Rooms,
    /// Whether all that is said here may be old.
    stale: bool,
    next_serial: u32,
    pub(super) timing: Timing,
    /// What is read goes here first: nobody has a buffer of their own while idle.
    pub(super) scratch: Box<[u8]>,
    pub(super) counters: Arc<Counters>,
}

impl<W: Wire> Crowd<W> {
    pub(super) fn new(feed: Arc<Feed>, sink: Arc<dyn Sink>, counters: Arc<Counters>) -> Self {
        Self {
            members: Slab::new(),
            stale: feed.attend(&sink),
            rooms: Rooms::new(feed, sink),
            next_serial: 0,
            timing: Timing::new(),
            scratch: vec![0; frame::LARGEST_MESSAGE].into(),
            counters,
        }
    }

    /// The number that the next newcomer will have.
    pub(super) fn next_number(&self) -> usize {
        self.members.vacant_key()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Takes a newcomer in, tells it what is newer, and returns what it wishes for.
    pub(super) fn join(&mut self, newcomer: Newcomer<W>, now: Millis) -> Option<Wish> {
        self.next_serial = self.next_serial.wrapping_add(1);
        let serial = self.next_serial;
        let number = self.members.insert(Member {
            wire: newcomer.wire,
            serial,
            shopper: newcomer.shopper,
            follows: Vec::new(),
            told_stale: newcomer.told_stale,
            next_at: now,
            queued: false,
            heard_at: now,
            said: 0,
            asking: Asking::No,
            input: None,
            backlog: None,
            leaving: false,
            watched: false,
            _place: newcomer.place,
        });
        let id = MemberId { number, serial };
        self.timing.greet(id, now);
        self.counters.sockets_opened();
        self.follow(id, newcomer.follows, newcomer.newer, now);
        drop(newcomer.watch);
        if newcomer.said.is_empty() {
            return None;
        }
        self.hear(number, &newcomer.said, now)
    }

    /// Tells everyone who follows it.
    pub(super) fn publish(&mut self, change: &Arc<Change>, now: impl Fn() -> Millis) {
        let Some(room) = self.rooms.take_in(change) else {
            return;
        };
        // Taken out while it is gone through: nobody comes or goes meanwhile.
        let members = std::mem::take(self.rooms.members_of(room));
        let mut gone = Vec::new();
        for number in &members {
            if self.offer(*number, now()) == Written::Gone {
                gone.push(*number);
            }
        }
        *self.rooms.members_of(room) = members;
        gone.into_iter().for_each(|number| self.remove(number));
    }

    /// Tells everyone that all may be old, or no longer is.
    pub(super) fn set_stale(&mut self, stale: bool, now: impl Fn() -> Millis) {
        self.stale = stale;
        let numbers: Vec<usize> = self.members.iter().map(|(number, _)| number).collect();
        for number in numbers {
            if self.offer(number, now()) == Written::Gone {
                self.remove(number);
            }
        }
    }

    pub(super) fn member(&mut self, id: MemberId) -> Option<&mut Member<W>> {
        let member = self.members.get_mut(id.number)?;
        (member.serial == id.serial).then_some(member)
    }

    /// Sends a member all that is newer than it has been told, if it may be told now.
    pub(super) fn offer(&mut self, number: usize, now: Millis) -> Written {
        let Some(member) = self.members.get_mut(number) else {
            return Written::Sent;
        };
        if member.is_blocked() || member.leaving || member.queued {
            return Written::Blocked;
        }
        if now < member.next_at {
            member.queued = true;
            let id = MemberId {
                number,
                serial: member.serial,
            };
            self.timing.due.put(member.next_at, id);
            return Written::Blocked;
        }
        let rooms = &self.rooms;
        let newer = |follow: &&Follow| rooms.version(follow.room) > follow.seen;
        let stale = (member.told_stale != self.stale).then_some(self.stale);
        let frame = match (member.follows.as_slice(), stale) {
            ([only], None) if newer(&only) => rooms.frame(&[only.room], None),
            ([_], None) => return Written::Sent,
            (follows, stale) => {
                let newer: Vec<usize> = follows.iter().filter(newer).map(|f| f.room).collect();
                if newer.is_empty() && stale.is_none() {
                    return Written::Sent;
                }
                rooms.frame(&newer, stale)
            }
        };
        let written = member.send_change(&frame, now);
        if written == Written::Sent {
            member.next_at = now + SPACING;
            member.told_stale = self.stale;
            for follow in &mut member.follows {
                follow.seen = follow.seen.max(rooms.version(follow.room));
            }
            self.counters.message_sent();
        }
        if member.is_blocked() {
            self.watch_slow(number, now);
        }
        written
    }

    /// Follows these from now on instead of what it did.
    pub(super) fn follow(
        &mut self,
        id: MemberId,
        follows: Vec<(Topic, u64)>,
        mut newer: LiveMessage,
        now: Millis,
    ) {
        self.leave_rooms(id.number);
        // What holds is what this loop was told.
        let told = self.member(id).is_some_and(|member| member.told_stale);
        newer.stale = (told != self.stale).then_some(self.stale);
        let anything_newer = newer != LiveMessage::default();
        let entered = follows.into_iter().map(|(topic, mut seen)| {
            let (room, seat) = self.rooms.enter(topic, id.number);
            // The lookup took a while, and the member may have been told more since.
            if anything_newer && let Some(change) = self.rooms.newest(room, seen) {
                tell(&mut newer, change);
                seen = change.version();
            }
            Follow { room, seat, seen }
        });
        let entered = entered.collect();
        if let Some(member) = self.member(id) {
            member.follows = entered;
        }
        if anything_newer {
            self.say(id.number, &newer, now);
            let stale = self.stale;
            if let Some(member) = self.member(id) {
                member.next_at = now + SPACING;
                member.told_stale = stale;
            }
        }
        // What has changed since that was looked up.
        if self.offer(id.number, now) == Written::Gone {
            self.remove(id.number);
        }
    }

    pub(super) fn say(&mut self, number: usize, message: &LiveMessage, now: Millis) {
        self.write(number, &frame::message(message), now);
    }

    pub(super) fn write(&mut self, number: usize, bytes: &[u8], now: Millis) {
        let Some(member) = self.members.get_mut(number) else {
            return;
        };
        let was_blocked = member.is_blocked();
        match member.send(bytes, now) {
            Written::Gone => self.remove(number),
            Written::Sent | Written::Blocked => {
                if !was_blocked && member.is_blocked() {
                    self.watch_slow(number, now);
                }
            }
        }
    }

    pub(super) fn leave_rooms(&mut self, number: usize) {
        let Some(member) = self.members.get_mut(number) else {
            return;
        };
        for follow in std::mem::take(&mut member.follows) {
            let Some(moved) = self.rooms.leave(follow.room, follow.seat) else {
                continue;
            };
            if let Some(moved) = self.members.get_mut(moved)
                && let Some(its) = moved.follows.iter_mut().find(|its| its.room == follow.room)
            {
                its.seat = follow.seat;
            }
        }
    }

    pub(super) fn remove(&mut self, number: usize) {
        self.leave_rooms(number);
        if let Some(mut member) = self.members.try_remove(number) {
            if member.is_blocked() {
                member.wire.abandon();
            }
            self.counters.sockets_closed();
        }
    }
}
