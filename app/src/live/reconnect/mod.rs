//! Decides when to open a WebSocket, when to poll and when to wait. Nothing else decides that.
//!
//! This is a pure state machine. It takes an [`Event`] with its time, and returns [`Effect`]s for
//! the caller to carry out and the time to wake it next ([`Machine::deadline`]). The clock, the
//! random numbers and the sockets are the caller's.
//!
//! The WebSocket comes first. If it never receives a message, it counts as blocked: then the page
//! polls, and retries the WebSocket now and then. If it worked and closed, it is retried after a
//! random wait, even the first time, so that not all pages reconnect at once after the server has
//! restarted.
//!
//! A hidden page gives up its poll at once, and its socket after a while: browsers keep six
//! connections to a server over HTTP/1.1, and pages that nobody sees must not use them up
//! (`docs/decisions/0023-one-connection-a-page.md`).

mod backoff;
mod event;
#[cfg(test)]
mod old_counts_tests;
#[cfg(test)]
mod tests;

use std::cmp::min;

use self::backoff::fraction;

pub(crate) use backoff::Backoff;
pub use event::{Connection, Effect, Event, Millis};

/// A socket that has received nothing after this time is given up.
pub(crate) const OPENING_MS: Millis = 6_000;
/// A silent socket is given up after this time: two missed heartbeats of 20 s, and a little more.
pub(crate) const SILENCE_MS: Millis = 45_000;
/// A poll is given up after this time. The server answers within 25 s.
const POLL_MS: Millis = 35_000;
/// How often the machine reads the clock, to notice that the computer slept.
const TICK_MS: Millis = 5_000;
/// If the clock jumps by more than this, the computer slept, and sockets may be dead without an
/// event.
const SLEPT_MS: Millis = 25_000;
/// A page that has been hidden for this long closes its socket until it is shown again.
const HIDDEN_MS: Millis = 60_000;

/// After this long without a connection, the page says that it may be out of date.
const LOST_MS: Millis = 10_000;
/// For this long after a page starts to connect, it does not say that it is reconnecting.
const SETTLE_MS: Millis = 3_000;

/// When the network is back, pages reconnect at random within this time.
const ONLINE_MS: Millis = 1_000;
/// The longest wait after a refused poll, even if a proxy asks for more.
const LONGEST_REFUSAL_MS: Millis = 120_000;

pub(crate) const SOCKET_BACKOFF: Backoff = Backoff::new(1_000, 30_000);
const POLL_BACKOFF: Backoff = Backoff::new(500, 4_000);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Socket {
    Closed { retry_at: Millis },
    Opening { id: u32, since: Millis },
    Open { id: u32, heard_at: Millis },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Poll {
    /// Not needed: the socket works, or has not failed yet.
    Off,
    Resting {
        until: Millis,
    },
    Waiting {
        id: u32,
        since: Millis,
    },
}

/// The state machine of one page's connection.
#[derive(Debug)]
pub struct Machine {
    running: bool,
    following: bool,
    hidden_since: Option<Millis>,
    socket: Socket,
    socket_failures: u32,
    poll: Poll,
    poll_failures: u32,
    /// Whether the last poll was accepted.
    poll_works: bool,
    /// Whether the server said last that its data may be out of date.
    stale: bool,
    /// Since when nothing has worked.
    lost_since: Option<Millis>,
    /// Until when a missing connection is not shown yet.
    settles_at: Millis,
    shown: Connection,
    last_id: u32,
    last_seen_clock: Millis,
}

impl Machine {
    /// The machine of a visible page that follows nothing yet.
    #[must_use]
    pub fn new(now: Millis) -> Self {
        Self {
            running: false,
            following: false,
            hidden_since: None,
            socket: Socket::Closed { retry_at: 0 },
            socket_failures: 0,
            poll: Poll::Off,
            poll_failures: 0,
            poll_works: false,
            stale: false,
            lost_since: None,
            settles_at: now,
            shown: Connection::Connecting,
            last_id: 0,
            last_seen_clock: now,
        }
    }

    /// Handles an event at `now` and returns the effects, in order.
    ///
    /// `chance` is a fresh random number from 0 up to 1.
    pub fn on(&mut self, event: Event, now: Millis, chance: f64) -> Vec<Effect> {
        let mut effects = Vec::new();
        let slept = self.running && now.saturating_sub(self.last_seen_clock) > SLEPT_MS;
        self.last_seen_clock = now;

        match event {
            Event::Following(following) => self.following = following,
            Event::SeenChanged => self.tell_seen(now, &mut effects),
            Event::Visible(visible) => {
                self.hidden_since = (!visible).then(|| self.hidden_since.unwrap_or(now));
            }
            Event::Restored => self.start_over(now + fraction(ONLINE_MS, chance), &mut effects),
            Event::Heard(id) => self.heard(id, now, &mut effects),
            Event::Stale(stale) => self.stale = stale,
            Event::RetryAfter(id, after) => self.sent_away(id, now + after, &mut effects),
            Event::Closed(id) => self.closed(id, now, chance),
            Event::PollWaits(id) => self.poll_accepted(id, now, chance),
            Event::PollAnswered(id, pace) => self.poll_answered(id, now, pace, chance),
            Event::PollFailed(id) => self.poll_failed(id, now, chance),
            // `poll_failed` adds a random wait, so that pages refused together do not retry
            // together.
            Event::PollRefused(id, after) => {
                self.poll_failed(id, now + min(after, LONGEST_REFUSAL_MS), chance);
            }
            Event::Woken => {}
        }
        if slept {
            self.start_over(now, &mut effects);
        }
        self.proceed(now, chance, &mut effects);
        effects
    }

    /// Whether the server said that its data may be out of date.
    ///
    /// A new connection repeats this to the server, which then says when it is over.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.stale
    }

    /// When to send [`Event::Woken`] next, if ever.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        if !self.running {
            return None;
        }
        let socket = match self.socket {
            Socket::Closed { retry_at } => retry_at,
            Socket::Opening { since, .. } => since + OPENING_MS,
            Socket::Open { heard_at, .. } => heard_at + SILENCE_MS,
        };
        let poll = match self.poll {
            Poll::Off => Millis::MAX,
            Poll::Resting { until } => until,
            Poll::Waiting { since, .. } => since + POLL_MS,
        };
        let tick = self.last_seen_clock + TICK_MS;
        let settles = self.settles_at > self.last_seen_clock;
        let settled = if settles { self.settles_at } else { tick };
        Some(min(min(socket, poll), min(tick, settled)))
    }

    /// Does what is due after any event: starts, stops, gives up and retries.
    fn proceed(&mut self, now: Millis, chance: f64, effects: &mut Vec<Effect>) {
        if self.running {
            self.give_up(now, chance, effects);
        }
        let wanted = self.following && !self.rests(now);
        if wanted && !self.running {
            self.running = true;
            self.lost_since = None;
            self.settles_at = now + SETTLE_MS;
            self.start_over(now, effects);
        } else if !wanted && self.running {
            self.running = false;
            self.drop_socket(Millis::MAX, effects);
            self.stop_poll(effects);
        }
        if !self.running {
            return;
        }

        if let Socket::Closed { retry_at } = self.socket
            && now >= retry_at
        {
            let id = self.next_id();
            self.socket = Socket::Opening { id, since: now };
            effects.push(Effect::OpenSocket(id));
        }
        if let Poll::Resting { until } = self.poll
            && now >= until
        {
            let id = self.next_id();
            self.poll = Poll::Waiting { id, since: now };
            effects.push(Effect::Poll(id));
        }
        self.show(now, effects);
    }

    /// Gives up what has not been answered in time.
    fn give_up(&mut self, now: Millis, chance: f64, effects: &mut Vec<Effect>) {
        match self.socket {
            Socket::Opening { id, since } if now >= since + OPENING_MS => {
                effects.push(Effect::CloseSocket(id));
                self.closed(id, now, chance);
            }
            Socket::Open { id, heard_at } if now >= heard_at + SILENCE_MS => {
                effects.push(Effect::CloseSocket(id));
                self.closed(id, now, chance);
            }
            _ => {}
        }
        if let Poll::Waiting { id, since } = self.poll
            && now >= since + POLL_MS
        {
            effects.push(Effect::AbortPoll(id));
            self.poll_failed(id, now, chance);
        }
    }

    /// Whether the page is hidden, and so disconnects.
    fn rests(&self, now: Millis) -> bool {
        let patience = match self.socket {
            Socket::Open { .. } => HIDDEN_MS,
            Socket::Opening { .. } | Socket::Closed { .. } => 0,
        };
        self.hidden_since
            .is_some_and(|since| now.saturating_sub(since) >= patience)
    }

    /// Closes everything, and opens a new socket at the given time.
    fn start_over(&mut self, at: Millis, effects: &mut Vec<Effect>) {
        self.drop_socket(at, effects);
        self.stop_poll(effects);
        self.socket_failures = 0;
    }

    fn heard(&mut self, id: u32, now: Millis, effects: &mut Vec<Effect>) {
        match self.socket {
            Socket::Opening { id: opening, .. } if opening == id => {
                self.socket = Socket::Open { id, heard_at: now };
                self.socket_failures = 0;
                self.stop_poll(effects);
                // Since it was opened, polls may have brought newer versions, and the page new
                // topics.
                effects.push(Effect::SendSeen(id));
            }
            Socket::Open { id: open, .. } if open == id => {
                self.socket = Socket::Open { id, heard_at: now };
            }
            _ => {}
        }
    }

    fn sent_away(&mut self, id: u32, back_at: Millis, effects: &mut Vec<Effect>) {
        if self.socket_id() == Some(id) {
            self.drop_socket(back_at, effects);
        }
    }

    fn closed(&mut self, id: u32, now: Millis, chance: f64) {
        match self.socket {
            // It never received anything: it is blocked, or the server is down. Poll, and retry
            // later.
            Socket::Opening { id: opening, .. } if opening == id => {
                let retry_at = now + SOCKET_BACKOFF.wait(self.socket_failures, chance);
                self.socket = Socket::Closed { retry_at };
                self.socket_failures += 1;
                if self.poll == Poll::Off {
                    self.poll = Poll::Resting { until: now };
                }
            }
            Socket::Open { id: open, .. } if open == id => {
                let retry_at = now + SOCKET_BACKOFF.wait(0, chance);
                self.socket = Socket::Closed { retry_at };
            }
            _ => {}
        }
    }

    fn poll_accepted(&mut self, id: u32, now: Millis, chance: f64) {
        if self.poll_id() != Some(id) {
            return;
        }
        if self.poll_failures > 0 {
            // The server is back, so the socket may work again, too.
            let soon = now + SOCKET_BACKOFF.wait(0, chance);
            if let Socket::Closed { retry_at } = &mut self.socket {
                *retry_at = min(*retry_at, soon);
            }
        }
        self.poll_failures = 0;
        self.poll_works = true;
    }

    fn poll_answered(&mut self, id: u32, now: Millis, pace: Millis, chance: f64) {
        if self.poll_id() == Some(id) {
            self.poll_accepted(id, now, chance);
            self.poll = Poll::Resting {
                until: now + fraction(pace, chance),
            };
        }
    }

    fn poll_failed(&mut self, id: u32, now: Millis, chance: f64) {
        if self.poll_id() == Some(id) {
            let until = now + POLL_BACKOFF.wait(self.poll_failures, chance);
            self.poll = Poll::Resting { until };
            self.poll_failures += 1;
            self.poll_works = false;
        }
    }

    fn tell_seen(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        if let Socket::Open { id, .. } = self.socket {
            effects.push(Effect::SendSeen(id));
        }
        if let Poll::Waiting { id, .. } = self.poll {
            effects.push(Effect::AbortPoll(id));
            self.poll = Poll::Resting { until: now };
        }
    }

    fn show(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        let live = matches!(self.socket, Socket::Open { .. });
        let connection = if live || self.poll_works {
            (self.lost_since, self.settles_at) = (None, now);
            match live {
                _ if self.stale => Connection::Stale,
                true => Connection::Live,
                false => Connection::Polling,
            }
        } else if now >= *self.lost_since.get_or_insert(now) + LOST_MS {
            Connection::Lost
        } else if self.shown == Connection::Connecting && self.poll_failures == 0 {
            // The first attempt has not failed yet.
            Connection::Connecting
        } else {
            Connection::Reconnecting
        };
        let settling = now < self.settles_at;
        if connection != self.shown && !settling {
            self.shown = connection;
            effects.push(Effect::Show(connection));
        }
    }

    fn drop_socket(&mut self, retry_at: Millis, effects: &mut Vec<Effect>) {
        if let Some(id) = self.socket_id() {
            effects.push(Effect::CloseSocket(id));
        }
        self.socket = Socket::Closed { retry_at };
    }

    fn stop_poll(&mut self, effects: &mut Vec<Effect>) {
        if let Some(id) = self.poll_id() {
            effects.push(Effect::AbortPoll(id));
        }
        self.poll = Poll::Off;
        self.poll_failures = 0;
        self.poll_works = false;
    }

    fn socket_id(&self) -> Option<u32> {
        match self.socket {
            Socket::Opening { id, .. } | Socket::Open { id, .. } => Some(id),
            Socket::Closed { .. } => None,
        }
    }

    fn poll_id(&self) -> Option<u32> {
        match self.poll {
            Poll::Waiting { id, .. } => Some(id),
            Poll::Off | Poll::Resting { .. } => None,
        }
    }

    fn next_id(&mut self) -> u32 {
        self.last_id = self.last_id.wrapping_add(1);
        self.last_id
    }
}
