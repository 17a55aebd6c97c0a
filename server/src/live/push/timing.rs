//! What happens when nobody does anything: heartbeats, and the end of patience.
//!
//! Delays are much the same for everyone, so that whoever comes last mostly is
//! last in a queue; the heartbeats are a wheel. No connection has a timer.

use std::collections::VecDeque;

use protocol::LiveMessage;
use tungstenite::protocol::frame::coding::CloseCode;

use super::{
    Millis,
    crowd::{Crowd, MemberId},
    frame,
    member::{Wire, Written},
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
    wheel: Vec<Vec<MemberId>>,
    beat: usize,
    next_beat: Option<Millis>,
    heartbeat: Vec<u8>,
}

/// Members in order of time.
#[derive(Debug, Default)]
pub(super) struct Queue(VecDeque<(Millis, MemberId)>);

impl Queue {
    pub(super) fn put(&mut self, at: Millis, id: MemberId) {
        let place = self.0.partition_point(|(earlier, _)| *earlier <= at);
        self.0.insert(place, (at, id));
    }

    fn first(&self) -> Option<Millis> {
        self.0.front().map(|(at, _)| *at)
    }

    /// The next whose time has come.
    fn take_due(&mut self, now: Millis) -> Option<MemberId> {
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

    /// Greets this member from now on. Spread by number, so that those who come
    /// together are not greeted together.
    pub(super) fn greet(&mut self, id: MemberId, now: Millis) {
        self.next_beat.get_or_insert(now + BETWEEN_BEATS);
        self.wheel[id.number % BEATS].push(id);
    }
}

impl<W: Wire> Crowd<W> {
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
            let Some(member) = self.member(id) else {
                continue;
            };
            member.queued = false;
            if self.offer(id.number, now) == Written::Gone {
                self.remove(id.number);
            }
        }
        while let Some(id) = self.timing.slow.take_due(now) {
            self.end_of_patience(id, now);
        }
        while let Some(id) = self.timing.leaving.take_due(now) {
            if self.member(id).is_some() {
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
        let staying = self.members.iter().filter(|(_, member)| !member.leaving);
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
        let Some(member) = self.members.get_mut(number) else {
            return;
        };
        if member.leaving {
            return;
        }
        member.leaving = true;
        if !member.is_blocked() {
            member.wire.finish();
        }
        let serial = member.serial;
        let id = MemberId { number, serial };
        self.timing.leaving.put(now + GOODBYE, id);
    }

    /// A member that does not read is looked at again when it is too late.
    pub(super) fn watch_slow(&mut self, number: usize, now: Millis) {
        if let Some(member) = self.members.get_mut(number)
            && !std::mem::replace(&mut member.watched, true)
        {
            let serial = member.serial;
            let id = MemberId { number, serial };
            self.timing.slow.put(now + SLOW_READER, id);
        }
    }

    fn end_of_patience(&mut self, id: MemberId, now: Millis) {
        let Some(member) = self.member(id) else {
            return;
        };
        member.watched = false;
        let Some(backlog) = &member.backlog else {
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

    /// Greets those whose turn it is, and lets go of those who have been silent.
    fn beat(&mut self, now: Millis) {
        let beat = self.timing.beat;
        self.timing.beat = (beat + 1) % BEATS;
        // Taken out meanwhile: a greeting brings nobody new.
        let mut greeted = std::mem::take(&mut self.timing.wheel[beat]);
        let heartbeat = std::mem::take(&mut self.timing.heartbeat);
        greeted.retain(|id| {
            let Some(member) = self.member(*id) else {
                return false;
            };
            member.said = 0;
            if now >= member.heard_at + SILENCE {
                self.counters.silent_dropped();
                let reason = "silent for too long";
                self.dismiss(id.number, Some(CloseCode::Policy), reason, now);
                // Whoever says nothing does not say goodbye either.
                self.remove(id.number);
            } else if !member.is_blocked() && !member.leaving {
                self.write(id.number, &heartbeat, now);
            }
            self.member(*id).is_some()
        });
        self.timing.heartbeat = heartbeat;
        self.timing.wheel[beat] = greeted;
    }
}
