//! The live client of one page: joins [`Machine`], which decides how to connect, and [`Tabs`],
//! which decides which tab connects. The effects of one become events of the other.

use protocol::{LiveMessage, Seen};

use super::{
    reconnect::{self, Connection, Machine, Millis},
    tabs::{
        self, State, Tabs,
        message::{TabId, TabMessage},
    },
};

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An event of the connection.
    Wire(reconnect::Event),
    /// An event among the tabs.
    Tabs(tabs::Event),
    /// The page was shown or hidden.
    Visible(bool),
    /// The page has taken in this message of the server, with this text.
    Said(LiveMessage, String),
}

/// An effect, for the caller to carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// An effect on the connection.
    Wire(reconnect::Effect),
    /// Join the queue for the lock.
    RequestLock,
    /// Leave the queue, or release the lock.
    ReleaseLock,
    /// Send this message to the other tabs.
    Post(TabMessage),
    /// Show this state on the page.
    Show(State),
}

/// One page's client.
#[derive(Debug)]
pub struct Client {
    id: TabId,
    shopper: String,
    visible: bool,
    machine: Machine,
    tabs: Tabs,
    /// Whether this tab is the one that connects.
    connects: bool,
    following: bool,
    /// The topics and versions that the connection asks for.
    asked: Seen,
}

/// The input of a decision, and the effects so far: what the page has seen, the time, and a random
/// number.
struct Moment<'a> {
    own: &'a Seen,
    now: Millis,
    chance: f64,
    effects: Vec<Effect>,
}

impl Client {
    /// The client of a visible page that follows nothing yet.
    ///
    /// `shopper` is the hash that tells cookies apart. `shares` says whether the browser has locks.
    #[must_use]
    pub fn new(id: TabId, shopper: String, shares: bool, now: Millis) -> Self {
        Self {
            id,
            visible: true,
            machine: Machine::new(now),
            tabs: Tabs::new(shares, shopper.clone(), now),
            shopper,
            connects: false,
            following: false,
            asked: Seen::default(),
        }
    }

    /// Handles an event at `now` and returns the effects, in order.
    ///
    /// `own` is what the page has seen, and `chance` a fresh random number from 0 up to 1.
    pub fn on(&mut self, event: Event, own: &Seen, now: Millis, chance: f64) -> Vec<Effect> {
        let mut moment = Moment {
            own,
            now,
            chance,
            effects: Vec::new(),
        };
        match event {
            Event::Wire(event) => self.wire(event, &mut moment),
            Event::Tabs(event) => self.tabs(event, &mut moment),
            Event::Visible(visible) => {
                self.visible = visible;
                self.wire(reconnect::Event::Visible(visible), &mut moment);
                self.tabs(tabs::Event::Visible(visible), &mut moment);
            }
            Event::Said(message, words) => {
                if let Some(stale) = message.stale {
                    self.wire(reconnect::Event::Stale(stale), &mut moment);
                }
                // It arrived by this connection, so there is no need to ask for it again.
                self.asked.hear(&message);
                if self.tabs.pass_on(&message) {
                    moment.effects.push(Effect::Post(TabMessage::Said(words)));
                }
            }
        }
        self.ask(&mut moment);
        moment.effects
    }

    /// The topics and versions to ask the server for.
    #[must_use]
    pub fn asked(&self) -> &Seen {
        &self.asked
    }

    /// Whether to tell the server that the client knows its data may be out of date.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.machine.is_stale()
    }

    /// When to call [`Client::wake`] next, if ever.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        let deadlines = [self.machine.deadline(), self.tabs.deadline()];
        deadlines.into_iter().flatten().min()
    }

    /// Handles the deadline.
    pub fn wake(&mut self, own: &Seen, now: Millis, chance: f64) -> Vec<Effect> {
        let mut effects = self.on(Event::Wire(reconnect::Event::Woken), own, now, chance);
        effects.extend(self.on(Event::Tabs(tabs::Event::Woken), own, now, chance));
        effects
    }

    fn wire(&mut self, event: reconnect::Event, moment: &mut Moment<'_>) {
        for effect in self.machine.on(event, moment.now, moment.chance) {
            match effect {
                reconnect::Effect::Show(connection) => self.connected(connection, moment),
                effect => moment.effects.push(Effect::Wire(effect)),
            }
        }
    }

    fn connected(&mut self, connection: Connection, moment: &mut Moment<'_>) {
        self.tabs(tabs::Event::Connected(connection), moment);
    }

    fn tabs(&mut self, event: tabs::Event, moment: &mut Moment<'_>) {
        for effect in self.tabs.on(event, moment.own, moment.now) {
            match effect {
                tabs::Effect::RequestLock => moment.effects.push(Effect::RequestLock),
                tabs::Effect::ReleaseLock => moment.effects.push(Effect::ReleaseLock),
                tabs::Effect::Announce { asks } => {
                    let here = self.here(asks, moment.own);
                    moment.effects.push(Effect::Post(here));
                }
                tabs::Effect::Leave => moment.effects.push(Effect::Post(TabMessage::Gone(self.id))),
                tabs::Effect::Lead(state) => {
                    moment.effects.push(Effect::Post(TabMessage::Leads(state)))
                }
                tabs::Effect::Connect(connects) => self.connects = connects,
                tabs::Effect::Reconnect => self.wire(reconnect::Event::Renewed, moment),
                tabs::Effect::Show(state) => moment.effects.push(Effect::Show(state)),
            }
        }
    }

    fn here(&self, asks: bool, own: &Seen) -> TabMessage {
        TabMessage::Here {
            tab: self.id,
            visible: self.visible,
            asks,
            shopper: self.shopper.clone(),
            seen: own.clone(),
        }
    }

    /// Updates the connection to the topics to follow now.
    fn ask(&mut self, moment: &mut Moment<'_>) {
        let need = self.tabs.need(moment.own);
        let following = self.connects && !need.topics().is_empty();
        let anew = need.asks_more_than(&self.asked);
        self.asked = need;
        if following != self.following {
            self.following = following;
            self.wire(reconnect::Event::Following(following), moment);
        } else if following && anew {
            self.wire(reconnect::Event::SeenChanged, moment);
        }
    }
}
