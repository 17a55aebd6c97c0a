//! Decides when a page opens a WebSocket, when it polls and when it waits.

mod backoff;
mod event;
#[cfg(test)]
mod hidden_tests;
#[cfg(test)]
mod old_counts_tests;
mod poll;
mod socket;
#[cfg(test)]
mod tests;

use std::cmp::min;

use self::{backoff::fraction, poll::Poll, socket::Socket};

pub(crate) use backoff::Backoff;
pub use event::{Connection, Effect, Event, Millis};

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

const SOCKET_BACKOFF: Backoff = Backoff::new(1_000, 30_000);

/// The state machine of one page's connection.
///
/// It is pure: it takes an [`Event`] with its time, and returns [`Effect`]s for the caller to carry
/// out and the time to wake it next ([`Machine::deadline`]). The clock, the random numbers and the
/// sockets are the caller's.
///
/// The WebSocket is tried first. If it never receives a message, it counts as blocked: then the
/// page polls, and retries the WebSocket now and then. If it worked and closed, it is retried after
/// a random wait, even the first time, so that not all pages reconnect at once after the server has
/// restarted.
///
/// A hidden page gives up its poll at once, and its socket after a while: browsers keep six
/// connections to a server over HTTP/1.1, and hidden pages must not use them up
/// (`docs/decisions/0023-one-connection-a-page.md`).
#[derive(Debug)]
pub struct Machine {
    running: bool,
    following: bool,
    hidden_since: Option<Millis>,
    socket: Socket,
    socket_failures: u32,
    poll: Poll,
    /// Whether to poll while the socket is blocked.
    may_poll: bool,
    /// Whether the server last said that its data may be out of date.
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
        Self::with_polls(true, now)
    }

    /// The machine of something that needs a socket and cannot poll.
    #[must_use]
    pub fn without_polls(now: Millis) -> Self {
        Self::with_polls(false, now)
    }

    fn with_polls(may_poll: bool, now: Millis) -> Self {
        Self {
            running: false,
            following: false,
            hidden_since: None,
            socket: Socket::Closed { retry_at: 0 },
            socket_failures: 0,
            poll: Poll::default(),
            may_poll,
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
            Event::Offline => {
                self.start_over(now + SOCKET_BACKOFF.wait(0, chance), &mut effects);
                self.settles_at = now;
            }
            Event::Restored => self.start_over(now + fraction(ONLINE_MS, chance), &mut effects),
            Event::Heard(id) => self.heard(id, now, &mut effects),
            Event::Stale(stale) => self.stale = stale,
            Event::OtherEpoch(id) => self.keep_only(id, now, &mut effects),
            Event::RetryAfter(id, after) => self.sent_away(id, now + after, &mut effects),
            Event::Closed(id) => self.closed(id, now, chance),
            Event::PollWaits(id) => self.poll_accepted(id, now, chance),
            Event::PollAnswered(id, pace) => {
                self.poll_accepted(id, now, chance);
                self.poll.answered(id, now + fraction(pace, chance));
            }
            Event::PollFailed(id) => self.poll.failed(id, now, chance),
            Event::PollRefused(id, after) => self.poll.refused(id, after, now, chance),
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
        let tick = self.last_seen_clock + TICK_MS;
        let settles = self.settles_at > self.last_seen_clock;
        let settled = if settles { self.settles_at } else { tick };
        let due = min(self.socket.deadline(), self.poll.deadline());
        Some(min(due, min(tick, settled)))
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
        if self.poll.is_due(now) {
            let id = self.next_id();
            self.poll.start(id, now);
            effects.push(Effect::Poll(id));
        }
        self.show(now, effects);
    }

    /// Gives up what has not been answered in time.
    fn give_up(&mut self, now: Millis, chance: f64, effects: &mut Vec<Effect>) {
        if let Some(id) = self.socket.overdue(now) {
            effects.push(Effect::CloseSocket(id));
            self.closed(id, now, chance);
        }
        if let Some(id) = self.poll.overdue(now) {
            effects.push(Effect::AbortPoll(id));
            self.poll.failed(id, now, chance);
        }
    }

    /// Whether the page has been hidden for long enough to disconnect.
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
                // While the socket was opening, polls may have brought newer versions, and the page
                // may have added topics.
                effects.push(Effect::SendSeen(id));
            }
            Socket::Open { id: open, .. } if open == id => {
                self.socket = Socket::Open { id, heard_at: now };
            }
            _ => {}
        }
    }

    /// Gives up any connection but this one. A socket that is given up is opened again at once.
    fn keep_only(&mut self, id: u32, now: Millis, effects: &mut Vec<Effect>) {
        match self.socket.id() {
            Some(socket) if socket == id => self.stop_poll(effects),
            Some(_) => self.drop_socket(now, effects),
            None => {}
        }
    }

    fn sent_away(&mut self, id: u32, back_at: Millis, effects: &mut Vec<Effect>) {
        if self.socket.id() == Some(id) {
            self.drop_socket(back_at, effects);
        }
    }

    fn closed(&mut self, id: u32, now: Millis, chance: f64) {
        match self.socket {
            // The socket never received anything: it is blocked, or the server is down. Poll, and
            // retry the socket later.
            Socket::Opening { id: opening, .. } if opening == id => {
                let retry_at = now + SOCKET_BACKOFF.wait(self.socket_failures, chance);
                self.socket = Socket::Closed { retry_at };
                self.socket_failures += 1;
                if self.may_poll {
                    self.poll.begin(now);
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
        if self.poll.accepted(id)
            && let Socket::Closed { retry_at } = &mut self.socket
        {
            // The server is back, so the socket may work again, too.
            *retry_at = min(*retry_at, now + SOCKET_BACKOFF.wait(0, chance));
        }
    }

    fn tell_seen(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        if let Socket::Open { id, .. } = self.socket {
            effects.push(Effect::SendSeen(id));
        }
        if let Some(id) = self.poll.interrupt(now) {
            effects.push(Effect::AbortPoll(id));
        }
    }

    fn show(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        let live = matches!(self.socket, Socket::Open { .. });
        let connection = if live || self.poll.works() {
            (self.lost_since, self.settles_at) = (None, now);
            match live {
                _ if self.stale => Connection::Stale,
                true => Connection::Live,
                false => Connection::Polling,
            }
        } else if now >= *self.lost_since.get_or_insert(now) + LOST_MS {
            Connection::Lost
        } else if self.shown == Connection::Connecting && !self.poll.has_failed() {
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
        if let Some(id) = self.socket.id() {
            effects.push(Effect::CloseSocket(id));
        }
        self.socket = Socket::Closed { retry_at };
    }

    fn stop_poll(&mut self, effects: &mut Vec<Effect>) {
        if let Some(id) = self.poll.id() {
            effects.push(Effect::AbortPoll(id));
        }
        self.poll = Poll::default();
    }

    fn next_id(&mut self) -> u32 {
        self.last_id = self.last_id.wrapping_add(1);
        self.last_id
    }
}
