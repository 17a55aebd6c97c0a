//! Which tab of a browser holds the live connection: decided here, and only here.
//!
//! Visible tabs queue for one lock (Web Locks). The tab that holds it is the leader: it connects,
//! follows the topics of all tabs, and passes on what it receives over a channel
//! (BroadcastChannel). Like [`reconnect`](super::reconnect), this is a pure state machine: it takes
//! an event with its time, and returns the effects to carry out.
//!
//! * A hidden tab does not queue, and hands the lock over as soon as another tab is visible. So
//!   the leader is awake.
//! * Every tab keeps a list of the other tabs and the versions they have seen. A new leader asks
//!   for everything after the lowest version, so what the old one did not pass on is sent again.
//! * A visible tab that hears nothing from a leader for two heartbeats connects by itself. So does
//!   every visible tab while the tabs together follow more topics than one connection can.
//! * A page that is frozen or put into the back/forward cache gives up its lock, channel and
//!   connection.

pub mod message;
#[cfg(test)]
mod tests;

use protocol::{LiveMessage, Seen};
use std::cmp::min;

use self::message::{TabId, TabMessage};
use super::reconnect::{Connection, HIDDEN_MS, Millis, SILENCE_MS, SLEPT_MS};

/// How often a tab in view says that it is here, and the leader that it leads. Two of
/// them fit into the silence that means that nobody leads.
const BEAT_MS: Millis = 20_000;
/// A tab that has just begun to connect does not yet call it “Reconnecting”.
const SETTLE_MS: Millis = 3_000;

/// How the page is connected, and milliseconds there and back where they were measured.
pub type State = (Connection, Option<u32>);

/// What has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The page is in view, or no longer.
    Visible(bool),
    /// The page is about to be closed, frozen, or put into the back/forward cache.
    Leaves,
    /// It is back from there.
    Back,
    /// It has the lock.
    Granted,
    /// The browser lets it have no locks.
    Denied,
    /// Another tab has said something.
    Heard(TabMessage),
    /// The page follows something else.
    Follows,
    /// This tab's own connection stands so.
    Connected(Connection),
    /// Milliseconds there and back on this tab's own socket.
    RoundTrip(u32),
    /// The deadline has come.
    Woken,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Stand in the queue for the lock.
    RequestLock,
    /// Leave the queue, or give the lock back.
    ReleaseLock,
    /// Tell the others that this tab is here and what it has seen; ask them for the same.
    Announce {
        /// Whether the others should answer.
        asks: bool,
    },
    /// Tell the others that this tab goes.
    Leave,
    /// Tell the others that this tab leads, and how it is connected.
    Lead(State),
    /// Connect for oneself, or no longer.
    Connect(bool),
    /// The browser has another cookie than the connection was opened with.
    Reconnect,
    /// Say so.
    Show(State),
}

#[derive(Debug, Clone)]
struct Peer {
    tab: TabId,
    visible: bool,
    seen: Seen,
    heard_at: Millis,
}

/// One tab among those of its browser.
#[derive(Debug)]
pub struct Tabs {
    /// Whether there are locks at all. Without them every tab is on its own.
    shares: bool,
    /// Tells cookies apart: the newest page's is the browser's.
    shopper: String,
    /// The others. They are few, and a list costs the first visit less than a map.
    peers: Vec<Peer>,
    leads: bool,
    queued: bool,
    connects: bool,
    away: bool,
    hidden_since: Option<Millis>,
    /// When a leader was last heard, or the waiting for one began.
    heard_at: Millis,
    /// When this tab says next that it is here. A hidden one does so once.
    announce_at: Option<Millis>,
    /// The next announcement asks everyone for theirs.
    asks: bool,
    beat_at: Millis,
    settled_at: Millis,
    own: State,
    leaders: State,
    shown: State,
    last_clock: Millis,
}

impl Tabs {
    /// A tab in view that knows of no other. `shares` where the browser has locks.
    #[must_use]
    pub fn new(shares: bool, shopper: String, now: Millis) -> Self {
        let unknown = (Connection::Connecting, None);
        Self {
            shares,
            shopper,
            peers: Vec::new(),
            leads: false,
            queued: false,
            connects: false,
            away: false,
            hidden_since: None,
            heard_at: now,
            announce_at: Some(now),
            asks: true,
            beat_at: now,
            settled_at: now,
            own: unknown,
            leaders: unknown,
            shown: unknown,
            last_clock: now,
        }
    }

    /// Takes in what happened at `now` to a page that has seen `own`, and returns what to
    /// do, in order.
    pub fn on(&mut self, event: Event, own: &Seen, now: Millis) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.hidden_since.is_none() && now.saturating_sub(self.last_clock) > SLEPT_MS {
            // Asleep, nobody hears a leader: that is no silence.
            self.arrive(now);
        }
        self.last_clock = now;
        match event {
            Event::Visible(visible) => {
                self.hidden_since = (!visible).then(|| self.hidden_since.unwrap_or(now));
                if visible {
                    self.heard_at = now;
                }
                self.announce_at = Some(now);
            }
            Event::Leaves => {
                if self.shares && !self.away {
                    effects.push(Effect::Leave);
                }
                self.away = true;
            }
            Event::Back => {
                self.away = false;
                self.arrive(now);
            }
            Event::Granted if self.queued => {
                self.queued = false;
                self.leads = true;
                self.beat_at = now;
                self.arrive(now);
            }
            // Too late: it has left the queue.
            Event::Granted => effects.push(Effect::ReleaseLock),
            Event::Denied => (self.shares, self.leads, self.queued) = (false, false, false),
            Event::Heard(message) => self.heard(message, now, &mut effects),
            Event::Follows => self.announce_at = Some(now),
            Event::Connected(connection) => {
                if connection.works() {
                    self.settled_at = now;
                }
                if self.own.0 != connection {
                    (self.own, self.beat_at) = ((connection, None), now);
                }
            }
            Event::RoundTrip(millis) => (self.own.1, self.beat_at) = (Some(millis), now),
            Event::Woken => {}
        }
        self.proceed(own, now, &mut effects);
        effects
    }

    /// What the connection has to follow: for a leader what all tabs follow, each topic
    /// from the lowest to the highest version that any of them has seen, those in view
    /// first.
    #[must_use]
    pub fn need(&self, own: &Seen) -> Seen {
        let mut need = own.clone();
        if self.leads {
            for visible in [true, false] {
                let peers = self.peers.iter().filter(|peer| peer.visible == visible);
                peers.for_each(|peer| need.join(&peer.seen));
            }
        }
        need
    }

    /// What the connection has said: whether the others are to be told of it.
    pub fn pass_on(&mut self, message: &LiveMessage) -> bool {
        let concerns = !message.stock.is_empty()
            || message.mine.is_some()
            || message.news.is_some()
            || !message.orders.is_empty()
            || !message.unknown.is_empty();
        if concerns && self.leads {
            let peers = self.peers.iter_mut();
            peers.for_each(|peer| peer.seen.hear(message));
        }
        concerns && self.leads
    }

    /// When [`Event::Woken`] is wanted next, if ever.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        let settled = self.unsettled().then_some(self.settled_at);
        if !self.shares || self.away {
            return settled;
        }
        let visible = self.hidden_since.is_none();
        let silence = (visible && !self.connects).then_some(self.heard_at + SILENCE_MS);
        let beat = self.leads.then_some(self.beat_at);
        let hidden = self.hidden_since.filter(|_| self.leads);
        let stop = hidden.map(|since| since + HIDDEN_MS);
        let all = [settled, silence, self.announce_at, beat, stop];
        all.into_iter().flatten().reduce(min)
    }

    fn heard(&mut self, message: TabMessage, now: Millis, effects: &mut Vec<Effect>) {
        match message {
            TabMessage::Here {
                tab,
                visible,
                asks,
                shopper,
                seen,
            } => {
                let known = self.peers.len();
                self.peers.retain(|peer| peer.tab != tab);
                let is_new = self.peers.len() == known;
                self.peers.push(Peer {
                    tab,
                    visible,
                    seen,
                    heard_at: now,
                });
                // Only a new page can have brought a new cookie.
                if is_new && shopper != self.shopper {
                    self.shopper = shopper;
                    effects.push(Effect::Reconnect);
                }
                if asks {
                    (self.announce_at, self.beat_at) = (Some(now), now);
                }
            }
            TabMessage::Gone(tab) => self.peers.retain(|peer| peer.tab != tab),
            TabMessage::Leads(state) => (self.leaders, self.heard_at) = (state, now),
            TabMessage::Said(_) => self.heard_at = now,
        }
    }

    /// Whatever the event was: does what is due.
    fn proceed(&mut self, own: &Seen, now: Millis, effects: &mut Vec<Effect>) {
        self.peers.retain(|peer| now < peer.heard_at + HIDDEN_MS);
        let (here, visible) = (self.shares && !self.away, self.hidden_since.is_none());
        let rests = self.hidden_since.is_some_and(|at| now >= at + HIDDEN_MS);
        let relieved = !visible && self.peers.iter().any(|peer| peer.visible);

        if self.leads && (!here || rests || relieved) {
            self.leads = false;
            // Until the next leader says otherwise.
            (self.leaders, self.heard_at) = (self.own, now);
            effects.push(Effect::ReleaseLock);
        }
        let stands = here && visible && !self.leads;
        if stands != self.queued {
            self.queued = stands;
            effects.push(if stands {
                Effect::RequestLock
            } else {
                Effect::ReleaseLock
            });
        }
        let silence = visible && now >= self.heard_at + SILENCE_MS;
        let others = self.peers.iter().map(|peer| &peer.seen);
        let crowded = visible && own.is_crowded_by(others);
        let connects = !self.away && (!self.shares || self.leads || silence || crowded);
        if connects != self.connects {
            self.connects = connects;
            self.settled_at = now + SETTLE_MS;
            effects.push(Effect::Connect(connects));
        }
        if here && self.announce_at.is_some_and(|at| now >= at) {
            self.announce_at = visible.then_some(now + BEAT_MS);
            let asks = std::mem::take(&mut self.asks);
            effects.push(Effect::Announce { asks });
        }
        if self.leads && now >= self.beat_at {
            self.beat_at = now + BEAT_MS;
            effects.push(Effect::Lead(self.own));
        }
        self.show(now, effects);
    }

    fn show(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        let state = if self.connects {
            self.own
        } else {
            self.leaders
        };
        let settling = self.unsettled() && now < self.settled_at;
        if state != self.shown && !settling {
            self.shown = state;
            effects.push(Effect::Show(state));
        }
    }

    /// Whether the page's own connection does not work, and is not yet said not to.
    fn unsettled(&self) -> bool {
        self.connects && !self.own.0.works() && self.shown != self.own
    }

    /// Says at once that it is here, and waits for a leader anew.
    fn arrive(&mut self, now: Millis) {
        (self.heard_at, self.announce_at, self.asks) = (now, Some(now), true);
    }
}
