//! The live client of one page: [`Machine`] decides how to connect, [`Tabs`] which tab does, and
//! here the decisions of each become events of the other.

use protocol::{LiveMessage, Seen};

use super::{
    reconnect::{self, Connection, Machine, Millis},
    tabs::{
        self, State, Tabs,
        message::{TabId, TabMessage},
    },
};

/// What has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Something that concerns the connection.
    Wire(reconnect::Event),
    /// Something that concerns the tabs.
    Tabs(tabs::Event),
    /// The page is in view, or no longer.
    Visible(bool),
    /// The server has said this, in these words, and the page has taken it in.
    Said(LiveMessage, String),
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// With the connection.
    Wire(reconnect::Effect),
    /// Stand in the queue for the lock.
    RequestLock,
    /// Leave the queue, or give the lock back.
    ReleaseLock,
    /// Say this to the other tabs.
    Post(TabMessage),
    /// Say so on the page.
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
    /// What the connection asks for.
    asked: Seen,
}

/// What it takes to decide: what the page has seen, when, and a random number.
struct Moment<'a> {
    own: &'a Seen,
    now: Millis,
    chance: f64,
    effects: Vec<Effect>,
}

impl Client {
    /// A page in view that follows nothing yet. `shopper` tells cookies apart; `shares`
    /// where the browser has locks.
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

    /// Takes in what happened at `now` to a page that has seen `own`, and returns what
    /// to do, in order. `chance` is a fresh random number from 0 up to 1.
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
                // It has come by this connection, so it need not be asked for.
                self.asked.hear(&message);
                if self.tabs.pass_on(&message) {
                    moment.effects.push(Effect::Post(TabMessage::Said(words)));
                }
            }
        }
        self.ask(&mut moment);
        moment.effects
    }

    /// What the connection has to ask for.
    #[must_use]
    pub fn asked(&self) -> &Seen {
        &self.asked
    }

    /// Whether the server is to be told that the client knows what it knows to be old.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.machine.is_stale()
    }

    /// When it wants to be woken next, if ever.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        let deadlines = [self.machine.deadline(), self.tabs.deadline()];
        deadlines.into_iter().flatten().min()
    }

    /// Wakes both at their deadline.
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

    /// Brings the connection to what is to be followed now.
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
