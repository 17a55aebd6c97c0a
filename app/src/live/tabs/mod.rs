//! Decides which tab of a browser holds the live connection. Nothing else decides that.
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

/// How often a visible tab announces itself, and the leader its connection. Other tabs conclude
/// that there is no leader after missing two of these.
const BEAT_MS: Millis = 20_000;
/// For this long after a tab starts to connect, it does not show “Reconnecting”.
const SETTLE_MS: Millis = 3_000;

/// The page's connection, and its round-trip time in milliseconds if it was measured.
pub type State = (Connection, Option<u32>);

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The page was shown or hidden.
    Visible(bool),
    /// The page is about to be closed, frozen, or put into the back/forward cache.
    Leaves,
    /// The page is back from there.
    Back,
    /// The browser granted the lock.
    Granted,
    /// The browser does not allow locks.
    Denied,
    /// Another tab has sent this message.
    Heard(TabMessage),
    /// The page's followed topics have changed.
    Follows,
    /// This tab's own connection has changed.
    Connected(Connection),
    /// The round-trip time on this tab's own socket, in milliseconds.
    RoundTrip(u32),
    /// The deadline has passed.
    Woken,
}

/// An effect, for the caller to carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Join the queue for the lock.
    RequestLock,
    /// Leave the queue, or release the lock.
    ReleaseLock,
    /// Tell the other tabs that this tab exists and what it has seen.
    Announce {
        /// Whether the others should answer with the same.
        asks: bool,
    },
    /// Tell the other tabs that this tab leaves.
    Leave,
    /// Tell the other tabs that this tab leads, and how it is connected.
    Lead(State),
    /// Connect in this tab, or disconnect.
    Connect(bool),
    /// The browser has another cookie than the connection was opened with.
    Reconnect,
    /// Show this state on the page.
    Show(State),
}

#[derive(Debug, Clone)]
struct Peer {
    tab: TabId,
    visible: bool,
    seen: Seen,
    heard_at: Millis,
}

/// The state machine of one tab.
#[derive(Debug)]
pub struct Tabs {
    /// Whether the browser has locks. Without them every tab connects by itself.
    shares: bool,
    /// The hash of the shopper's id in the newest page, which has the browser's current cookie.
    shopper: String,
    /// The other tabs. They are few, and a list has less code than a map.
    peers: Vec<Peer>,
    leads: bool,
    queued: bool,
    connects: bool,
    away: bool,
    hidden_since: Option<Millis>,
    /// When a leader was last heard, or when this tab began to wait for one.
    heard_at: Millis,
    /// When this tab announces itself next. A hidden tab does so only once.
    announce_at: Option<Millis>,
    /// Whether the next announcement asks the others to announce themselves.
    asks: bool,
    beat_at: Millis,
    settled_at: Millis,
    own: State,
    leaders: State,
    shown: State,
    last_clock: Millis,
}

impl Tabs {
    /// The machine of a visible tab that knows of no others. `shares` says whether the browser has
    /// locks.
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

    /// Handles an event at `now` and returns the effects, in order. `own` is what the page has
    /// seen.
    pub fn on(&mut self, event: Event, own: &Seen, now: Millis) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.hidden_since.is_none() && now.saturating_sub(self.last_clock) > SLEPT_MS {
            // The tab slept, so it could not hear a leader.
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
            // The tab has left the queue in the meantime.
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

    /// The topics and versions that this tab's connection asks for.
    ///
    /// A leader asks for the topics of all tabs, those of visible tabs first, each with the lowest
    /// and highest version that any tab has seen.
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

    /// Takes in a message of the server, and returns whether to pass it on to the other tabs.
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

    /// When to send [`Event::Woken`] next, if ever.
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
                // Only a newly loaded page can have a new cookie.
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

    /// Does what is due after any event.
    fn proceed(&mut self, own: &Seen, now: Millis, effects: &mut Vec<Effect>) {
        self.peers.retain(|peer| now < peer.heard_at + HIDDEN_MS);
        let (here, visible) = (self.shares && !self.away, self.hidden_since.is_none());
        let rests = self.hidden_since.is_some_and(|at| now >= at + HIDDEN_MS);
        let relieved = !visible && self.peers.iter().any(|peer| peer.visible);

        if self.leads && (!here || rests || relieved) {
            self.leads = false;
            // Show the own state until the next leader announces its own.
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

    /// Whether the page's own connection does not work, and the page does not show that yet.
    fn unsettled(&self) -> bool {
        self.connects && !self.own.0.works() && self.shown != self.own
    }

    /// Makes the tab announce itself at once and wait for a leader again.
    fn arrive(&mut self, now: Millis) {
        (self.heard_at, self.announce_at, self.asks) = (now, Some(now), true);
    }
}
