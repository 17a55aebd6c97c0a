//! Heartbeats and timeouts.

use std::collections::VecDeque;

use protocol::LiveMessage;
use tungstenite::protocol::frame::coding::CloseCode;

use super::{
    Millis,
    follower::{Socket, Written},
    frame,
    hub::{FollowerId, Hub},
};

/// How often the server sends a heartbeat.
const HEARTBEAT: Millis = 20_000;
/// The number of moments over which the heartbeats are spread.
const BEATS: usize = 80;
const BETWEEN_BEATS: Millis = HEARTBEAT / BEATS as Millis;
/// A client that is silent for this long is disconnected when its next heartbeat is due. It has
/// left the previous one unanswered. Heartbeats are 20 s apart, so a dead client is gone within a
/// minute.
const SILENCE: Millis = 40_000;
/// A client that has not read for this long is dropped.
const SLOW_READER: Millis = 30_000;
/// How long a client has to answer the close frame.
const GOODBYE: Millis = 5_000;

/// The followers that are waiting for a moment in time.
///
/// Delays are nearly the same for all sockets, so plain queues are nearly sorted; heartbeats use a
/// timer wheel. No connection has a timer of its own.
#[derive(Debug)]
pub(super) struct Timing {
    /// Followers with a change that was delayed by the spacing.
    pub(super) due: Queue,
    /// Followers that do not read, by the time at which they are dropped.
    slow: Queue,
    /// Followers in the closing handshake, by the time at which they are dropped.
    leaving: Queue,
    /// The followers of each heartbeat.
    wheel: Vec<Vec<FollowerId>>,
    beat: usize,
    next_beat: Option<Millis>,
    heartbeat: Vec<u8>,
}

/// Followers in order of time.
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

    /// Removes the next follower whose time has come, and returns it.
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

    /// Sends heartbeats to this follower from now on. They are spread by number, so that clients
    /// that connect together do not get them together.
    pub(super) fn schedule_heartbeats(&mut self, id: FollowerId, now: Millis) {
        self.next_beat.get_or_insert(now + BETWEEN_BEATS);
        self.wheel[id.number % BEATS].push(id);
    }
}

impl<W: Socket> Hub<W> {
    /// When [`Self::tick`] has to be called next, if at all.
    pub(super) fn deadline(&self) -> Option<Millis> {
        let Timing {
            due, slow, leaving, ..
        } = &self.timing;
        let firsts = [due, slow, leaving].into_iter().filter_map(Queue::first);
        firsts.chain(self.timing.next_beat).min()
    }

    /// Sends the delayed changes and heartbeats that are due, and applies timeouts.
    pub(super) fn tick(&mut self, now: Millis) {
        while let Some(id) = self.timing.due.take_due(now) {
            let Some(follower) = self.follower(id) else {
                continue;
            };
            follower.queued = false;
            if self.send_newer(id.number, now) == Written::Gone {
                self.remove(id.number);
            }
        }
        while let Some(id) = self.timing.slow.take_due(now) {
            self.check_slow_reader(id, now);
        }
        while let Some(id) = self.timing.leaving.take_due(now) {
            if self.follower(id).is_some() {
                self.remove(id.number);
            }
        }
        while let Some(at) = self.timing.next_beat.filter(|at| *at <= now) {
            // After the machine was suspended, one round of heartbeats is enough.
            let at = at.max(now.saturating_sub(HEARTBEAT)) + BETWEEN_BEATS;
            self.timing.next_beat = (!self.is_empty()).then_some(at);
            self.beat(now);
        }
    }

    /// Disconnects all clients for this reason, and tells each of them when to reconnect.
    pub(super) fn close_all(
        &mut self,
        mut after: impl FnMut() -> u32,
        reason: &'static str,
        now: Millis,
    ) {
        // Clients in the closing handshake have already been sent the last frame.
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
            self.send_message(number, &farewell, now);
            self.start_closing(number, Some(CloseCode::Restart), reason, now);
        }
    }

    /// Starts the closing handshake.
    pub(super) fn start_closing(
        &mut self,
        number: usize,
        code: Option<CloseCode>,
        reason: &str,
        now: Millis,
    ) {
        self.write(number, &frame::close(code, reason), now);
        self.unfollow_all(number);
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

    /// Schedules a check of a follower that does not read, for when it may be dropped.
    pub(super) fn watch_slow(&mut self, number: usize, now: Millis) {
        if let Some(follower) = self.followers.get_mut(number)
            && !std::mem::replace(&mut follower.watched, true)
        {
            let serial = follower.serial;
            let id = FollowerId { number, serial };
            self.timing.slow.put(now + SLOW_READER, id);
        }
    }

    fn check_slow_reader(&mut self, id: FollowerId, now: Millis) {
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
            // The client has read something in the meantime, and stopped again.
            let since = backlog.since;
            self.watch_slow(id.number, since);
        }
    }

    /// Sends the heartbeats that are due, and drops silent clients.
    fn beat(&mut self, now: Millis) {
        let beat = self.timing.beat;
        self.timing.beat = (beat + 1) % BEATS;
        // The list is taken out during the loop, in which no follower joins.
        let mut followers = std::mem::take(&mut self.timing.wheel[beat]);
        let heartbeat = std::mem::take(&mut self.timing.heartbeat);
        followers.retain(|id| {
            let Some(follower) = self.follower(*id) else {
                return false;
            };
            follower.said = 0;
            if now >= follower.heard_at + SILENCE {
                self.counters.silent_dropped();
                let reason = "silent for too long";
                self.start_closing(id.number, Some(CloseCode::Policy), reason, now);
                // A silent client does not answer the close frame either.
                self.remove(id.number);
            } else if !follower.is_blocked() && !follower.leaving {
                self.write(id.number, &heartbeat, now);
            }
            self.follower(*id).is_some()
        });
        self.timing.heartbeat = heartbeat;
        self.timing.wheel[beat] = followers;
    }
}
