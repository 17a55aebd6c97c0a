//! Heartbeats and timeouts.
//!
//! Delays are much the same for all sockets, so plain queues are nearly sorted; heartbeats are a
//! timer wheel. No connection has a timer of its own.

use std::collections::VecDeque;

use protocol::LiveMessage;
use tungstenite::protocol::frame::coding::CloseCode;

use super::{
    Millis,
    follower::{Socket, Written},
    frame,
    hub::{FollowerId, Hub},
};

/// How often the server says that it is there, and asks whether the client is.
const HEARTBEAT: Millis = 20_000;
/// The heartbeats of all are spread over so many moments.
const BEATS: usize = 80;
const BETWEEN_BEATS: Millis = HEARTBEAT / BEATS as Millis;
/// A client that has been silent for this long when it would be greeted is gone: it
/// has not answered the last greeting, nor anything for at most 20 s more. So a dead
/// one is gone within a minute.
const SILENCE: Millis = 40_000;
/// A client that has not read for this long is dropped.
const SLOW_READER: Millis = 30_000;
/// How long a client has to say goodbye.
const GOODBYE: Millis = 5_000;

/// Who has what coming, and when.
#[derive(Debug)]
pub(super) struct Timing {
    /// Those who were told something a moment ago and have more coming.
    pub(super) due: Queue,
    /// Those who did not read, by when it is too late.
    slow: Queue,
    /// Those who are leaving, by when they are gone.
    leaving: Queue,
    /// Who is greeted at which of the beats.
    wheel: Vec<Vec<FollowerId>>,
    beat: usize,
    next_beat: Option<Millis>,
    heartbeat: Vec<u8>,
}

/// Members in order of time.
#[derive(Debug, Default)]
pub(super) struct Queue(VecDeque<(Millis, FollowerId)>);

impl Queue {
    pub(super) fn put(&mut self, at: Millis, id: FollowerId) {
        let place = self.0.partition_point(|(earlier, _)| *earlier <= at);
        self.0.insert(place, (at, id));
    }

    fn first(&self) -> Option<Millis> {
        self.0.front().map(|(at, _)| *at)
    }

    /// The next whose time has come.
    fn take_due(&mut self, now: Millis) -> Option<FollowerId> {
        let due = self.first()? <= now;
        due.then(|| self.0.pop_front())?.map(|(_, id)| id)
    }
}

impl Timing {
    pub(super) fn new() -> Self {
        Self {
            due: Queue::default(),
            slow: Queue::default(),
            leaving: Queue::default(),
            wheel: vec![Vec::new(); BEATS],
            beat: 0,
            next_beat: None,
            heartbeat: frame::heartbeat(),
        }
    }

    /// Sends heartbeats to this follower from now on. Spread by number, so that those who come
    /// together are not greeted together.
    pub(super) fn greet(&mut self, id: FollowerId, now: Millis) {
        self.next_beat.get_or_insert(now + BETWEEN_BEATS);
        self.wheel[id.number % BEATS].push(id);
    }
}

impl<W: Socket> Hub<W> {
    /// When [`Self::tick`] is wanted next, if ever.
    pub(super) fn deadline(&self) -> Option<Millis> {
        let Timing {
            due, slow, leaving, ..
        } = &self.timing;
        let firsts = [due, slow, leaving].into_iter().filter_map(Queue::first);
        firsts.chain(self.timing.next_beat).min()
    }

    /// Does what is due: changes that waited, heartbeats, and those who took too long.
    pub(super) fn tick(&mut self, now: Millis) {
        while let Some(id) = self.timing.due.take_due(now) {
            let Some(follower) = self.follower(id) else {
                continue;
            };
            follower.queued = false;
            if self.offer(id.number, now) == Written::Gone {
                self.remove(id.number);
            }
        }
        while let Some(id) = self.timing.slow.take_due(now) {
            self.end_of_patience(id, now);
        }
        while let Some(id) = self.timing.leaving.take_due(now) {
            if self.follower(id).is_some() {
                self.remove(id.number);
            }
        }
        while let Some(at) = self.timing.next_beat.filter(|at| *at <= now) {
            // After a sleep of the machine, one round is enough.
            let at = at.max(now.saturating_sub(HEARTBEAT)) + BETWEEN_BEATS;
            self.timing.next_beat = (!self.is_empty()).then_some(at);
            self.beat(now);
        }
    }

    /// The shop closes: everyone is told when to come back, and sent away.
    pub(super) fn send_away(&mut self, mut after: impl FnMut() -> u32, now: Millis) {
        // Those who are leaving have heard the last frame.
        let staying = self
            .followers
            .iter()
            .filter(|(_, follower)| !follower.leaving);
        let numbers: Vec<usize> = staying.map(|(number, _)| number).collect();
        for number in numbers {
            let farewell = LiveMessage {
                retry_ms: Some(after()),
                ..LiveMessage::default()
            };
            self.say(number, &farewell, now);
            self.dismiss(number, Some(CloseCode::Restart), "the shop is closing", now);
        }
    }

    /// Says goodbye, and gives it a while to do the same.
    pub(super) fn dismiss(
        &mut self,
        number: usize,
        code: Option<CloseCode>,
        reason: &str,
        now: Millis,
    ) {
        self.write(number, &frame::close(code, reason), now);
        self.leave_rooms(number);
        let Some(follower) = self.followers.get_mut(number) else {
            return;
        };
        if follower.leaving {
            return;
        }
        follower.leaving = true;
        if !follower.is_blocked() {
            follower.socket.finish();
        }
        let serial = follower.serial;
        let id = FollowerId { number, serial };
        self.timing.leaving.put(now + GOODBYE, id);
    }

    /// A follower that does not read is looked at again when it is too late.
    pub(super) fn watch_slow(&mut self, number: usize, now: Millis) {
        if let Some(follower) = self.followers.get_mut(number)
            && !std::mem::replace(&mut follower.watched, true)
        {
            let serial = follower.serial;
            let id = FollowerId { number, serial };
            self.timing.slow.put(now + SLOW_READER, id);
        }
    }

    fn end_of_patience(&mut self, id: FollowerId, now: Millis) {
        let Some(follower) = self.follower(id) else {
            return;
        };
        follower.watched = false;
        let Some(backlog) = &follower.backlog else {
            return;
        };
        if now >= backlog.since + SLOW_READER {
            self.counters.slow_reader_dropped();
            self.remove(id.number);
        } else {
            // It has read in the meantime, and stopped again.
            let since = backlog.since;
            self.watch_slow(id.number, since);
        }
    }

    /// Sends the heartbeats that are due, and drops those who have been silent.
    fn beat(&mut self, now: Millis) {
        let beat = self.timing.beat;
        self.timing.beat = (beat + 1) % BEATS;
        // Taken out meanwhile: a greeting brings nobody new.
        let mut greeted = std::mem::take(&mut self.timing.wheel[beat]);
        let heartbeat = std::mem::take(&mut self.timing.heartbeat);
        greeted.retain(|id| {
            let Some(follower) = self.follower(*id) else {
                return false;
            };
            follower.said = 0;
            if now >= follower.heard_at + SILENCE {
                self.counters.silent_dropped();
                let reason = "silent for too long";
                self.dismiss(id.number, Some(CloseCode::Policy), reason, now);
                // Whoever says nothing does not say goodbye either.
                self.remove(id.number);
            } else if !follower.is_blocked() && !follower.leaving {
                self.write(id.number, &heartbeat, now);
            }
            self.follower(*id).is_some()
        });
        self.timing.heartbeat = heartbeat;
        self.timing.wheel[beat] = greeted;
    }
}
