//! Simulates several tabs of one browser and a server, with a clock that the tests move.
//!
//! Messages between tabs are delayed, reordered and lost. Tabs are closed, killed, hidden, frozen
//! and cached at random, and the server stops and starts. Afterwards every visible tab must show
//! the current versions. No tab may ever show an older version after a newer one, except after a
//! backup was restored.

mod faults;
mod rng;
mod server;
mod tests;

use std::collections::{BTreeMap, VecDeque};

use protocol::{LiveMessage, Seen, Topic, Versions};
use rng::Rng;

use super::{
    client::{Client, Effect, Event},
    reconnect::{self, Connection, Millis},
    tabs::{
        self, State,
        message::{TabId, TabMessage},
    },
};

/// Something that is on its way to a tab.
#[derive(Debug, Clone)]
enum Arrival {
    TabMessage(TabMessage),
    Granted(u32),
    Socket(u32, LiveMessage),
    SocketClosed(u32),
    Poll(u32, Option<LiveMessage>),
}

struct Tab {
    client: Client,
    seen: BTreeMap<Topic, u64>,
    state: Option<State>,
    sockets: Vec<u32>,
    polls: Vec<u32>,
    claim: Option<u32>,
    visible: bool,
    away: bool,
    /// The tab hangs until this time.
    stuck_until: Millis,
    inbox: Vec<(Millis, u64, Arrival)>,
}

impl Tab {
    fn own(&self) -> Seen {
        self.seen
            .iter()
            .map(|(topic, seen)| (topic.clone(), *seen))
            .collect()
    }
}

/// Whether a page replaces its version: given the shown and the received one, and `rewound`.
type Replaces = fn(u64, u64, bool) -> bool;

/// What a connection has been sent: versions, and whether they may be out of date.
#[derive(Debug, Clone)]
struct Told {
    seen: BTreeMap<Topic, Versions>,
    stale: bool,
}

struct World {
    now: Millis,
    rng: Rng,
    tabs: BTreeMap<TabId, Tab>,
    truth: BTreeMap<Topic, u64>,
    /// The versions that the server has read from the store.
    known: BTreeMap<Topic, u64>,
    server_up: bool,
    /// Whether the server cannot reach its store, and so learns of nothing new.
    stale: bool,
    sockets_blocked: bool,
    /// The open sockets, by tab and number.
    sockets: BTreeMap<(TabId, u32), Told>,
    polls: BTreeMap<(TabId, u32), (Millis, Told)>,
    lock: VecDeque<(TabId, u32)>,
    /// The rule by which pages replace a version.
    replaces: Replaces,
    /// Whether messages between tabs are lost and reordered.
    loses: bool,
    /// Whether tabs tell the server only the lowest version that they have seen.
    lowest_only: bool,
    /// Whether tabs miss all messages about the leader's connection.
    deaf: bool,
    /// How often a tab showed an older version after a newer one.
    went_back: usize,
    count: u64,
}

impl World {
    fn new(seed: u64, replaces: Replaces) -> Self {
        let mut rng = Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let sockets_blocked = rng.one_in(3);
        let truth: BTreeMap<Topic, u64> = ["a", "b", "@mine", "@news"]
            .map(|name| (name.parse().unwrap(), 1))
            .into();
        Self {
            now: 1_000_000,
            rng,
            tabs: BTreeMap::new(),
            known: truth.clone(),
            truth,
            server_up: true,
            stale: false,
            sockets_blocked,
            sockets: BTreeMap::new(),
            polls: BTreeMap::new(),
            lock: VecDeque::new(),
            replaces,
            loses: true,
            lowest_only: false,
            deaf: false,
            went_back: 0,
            count: 0,
        }
    }

    /// Opens a tab, whose page is rendered with the current versions.
    fn open(&mut self) {
        self.count += 1;
        let (id, now) = (self.count, self.now);
        let shows = ["a", "b"][self.rng.below(2)];
        let seen = [shows, "@mine", "@news"].map(|name| {
            let topic: Topic = name.parse().unwrap();
            let version = self.truth[&topic];
            (topic, version)
        });
        let tab = Tab {
            client: Client::new(id, String::new(), true, now),
            seen: seen.into(),
            state: None,
            sockets: Vec::new(),
            polls: Vec::new(),
            claim: None,
            visible: true,
            away: false,
            stuck_until: 0,
            inbox: Vec::new(),
        };
        self.tabs.insert(id, tab);
        self.event(id, Event::Visible(true));
    }

    /// Ends a tab without an event, as when its process dies. The browser releases its lock.
    fn kill(&mut self, id: TabId) {
        self.tabs.remove(&id);
        self.sockets.retain(|(tab, _), _| *tab != id);
        self.polls.retain(|(tab, _), _| *tab != id);
        let held = self.lock.front().copied();
        self.lock.retain(|(tab, _)| *tab != id);
        if self.lock.front().copied() != held {
            self.grant();
        }
    }

    fn event(&mut self, id: TabId, event: Event) {
        let (now, chance) = (self.now, self.rng.fraction());
        let Some(tab) = self.tabs.get_mut(&id) else {
            return;
        };
        let own = tab.own();
        let effects = tab.client.on(event, &own, now, chance);
        self.carry_out(id, effects);
    }

    fn carry_out(&mut self, id: TabId, effects: Vec<Effect>) {
        for effect in effects {
            let tab = self.tabs.get_mut(&id).unwrap();
            match effect {
                Effect::Show(state) => tab.state = Some(state),
                Effect::RequestLock => {
                    self.count += 1;
                    let claim = u32::try_from(self.count).unwrap();
                    tab.claim = Some(claim);
                    self.lock.push_back((id, claim));
                    if self.lock.len() == 1 {
                        self.grant();
                    }
                }
                Effect::ReleaseLock => {
                    let claim = tab.claim.take();
                    let held = self.lock.front().copied();
                    self.lock
                        .retain(|&(tab, number)| (tab, Some(number)) != (id, claim));
                    if self.lock.front().copied() != held {
                        self.grant();
                    }
                }
                Effect::Post(message) => self.post(id, &message),
                Effect::Wire(effect) => self.wire(id, effect),
            }
        }
    }

    /// Sends a message to all other tabs. Some are lost, and some are reordered.
    fn post(&mut self, from: TabId, message: &TabMessage) {
        // Written and read, as over a real channel.
        let message = TabMessage::from_text(&message.to_text()).unwrap();
        let others: Vec<TabId> = self.tabs.keys().copied().filter(|&id| id != from).collect();
        for id in others {
            let lost = self.loses && self.rng.one_in(20)
                || self.deaf && matches!(message, TabMessage::Leads(_));
            if !self.tabs[&id].away && !lost {
                self.arrives(id, Arrival::TabMessage(message.clone()), self.loses);
            }
        }
    }

    fn arrives(&mut self, id: TabId, what: Arrival, overtakes: bool) {
        let delay = 1 + u64::try_from(self.rng.below(40)).unwrap();
        self.count += 1;
        let (now, count) = (self.now, self.count);
        let Some(tab) = self.tabs.get_mut(&id) else {
            return;
        };
        let last = tab.inbox.iter().map(|(at, ..)| *at).max();
        let at = match last {
            Some(last) if !overtakes => last.max(now + delay),
            _ => now + delay,
        };
        tab.inbox.push((at, count, what));
    }

    fn grant(&mut self) {
        if let Some(&(id, claim)) = self.lock.front() {
            self.arrives(id, Arrival::Granted(claim), false);
        }
    }

    fn hear(&mut self, id: TabId, message: &LiveMessage) {
        let (replaces, rewound) = (self.replaces, message.rewound);
        let tab = self.tabs.get_mut(&id).unwrap();
        let mut said: Vec<(Topic, u64)> = Vec::new();
        let levels = message.stock.iter();
        said.extend(levels.map(|level| (Topic::Book(level.book.clone()), level.version)));
        said.extend(message.mine.map(|number| (Topic::Mine, number)));
        let news = message.news.as_ref();
        said.extend(news.map(|news| (Topic::News, news.version)));
        for (topic, version) in said {
            if let Some(shown) = tab.seen.get_mut(&topic)
                && replaces(*shown, version, rewound)
            {
                self.went_back += usize::from(version < *shown && !rewound);
                *shown = version;
            }
        }
    }

    /// Lets a tab take in what has arrived, and wakes it if its deadline has passed.
    fn run(&mut self, id: TabId) {
        loop {
            let now = self.now;
            let Some(tab) = self.tabs.get_mut(&id).filter(|tab| now >= tab.stuck_until) else {
                return;
            };
            let due = tab.inbox.iter().filter(|(at, ..)| *at <= now);
            let Some(next) = due.min_by_key(|(at, count, _)| (*at, *count)).cloned() else {
                break;
            };
            tab.inbox.retain(|(_, count, _)| *count != next.1);
            self.take(id, next.2);
        }
        let (now, chance) = (self.now, self.rng.fraction());
        let tab = self.tabs.get_mut(&id).unwrap();
        if tab.client.deadline().is_some_and(|at| at <= now) {
            let own = tab.own();
            let effects = tab.client.wake(&own, now, chance);
            self.carry_out(id, effects);
        }
    }

    fn take(&mut self, id: TabId, arrival: Arrival) {
        let tab = self.tabs.get_mut(&id).unwrap();
        let wire = match arrival {
            Arrival::TabMessage(_) if tab.away => return,
            Arrival::TabMessage(message) => {
                if let TabMessage::Said(words) = &message {
                    self.hear(id, &serde_json::from_str(words).unwrap());
                }
                return self.event(id, Event::Tabs(tabs::Event::Heard(message)));
            }
            Arrival::Granted(claim) if tab.claim == Some(claim) => {
                return self.event(id, Event::Tabs(tabs::Event::Granted));
            }
            Arrival::Granted(_) => return,
            Arrival::Socket(number, message) if tab.sockets.contains(&number) => {
                self.said(id, message);
                reconnect::Event::Heard(number)
            }
            Arrival::SocketClosed(number) if tab.sockets.contains(&number) => {
                tab.sockets.retain(|open| *open != number);
                reconnect::Event::Closed(number)
            }
            Arrival::Socket(..) | Arrival::SocketClosed(_) => return,
            Arrival::Poll(number, answer) => {
                if !tab.polls.contains(&number) {
                    return;
                }
                tab.polls.retain(|open| *open != number);
                match answer {
                    Some(message) => {
                        self.said(id, message);
                        reconnect::Event::PollAnswered(number, 0)
                    }
                    None => reconnect::Event::PollFailed(number),
                }
            }
        };
        self.event(id, Event::Wire(wire));
    }

    fn said(&mut self, id: TabId, message: LiveMessage) {
        self.hear(id, &message);
        let words = serde_json::to_string(&message).unwrap();
        self.event(id, Event::Said(message, words));
    }

    fn step(&mut self) {
        self.now += 10;
        self.serve();
        for id in self.tabs.keys().copied().collect::<Vec<_>>() {
            self.run(id);
        }
    }

    fn all_in_view_say(&self, one_of: &[Connection], seed: u64) {
        for tab in self.in_view() {
            let said = tab.state.map(|(connection, _)| connection);
            assert!(
                said.is_some_and(|said| one_of.contains(&said)),
                "seed {seed}: {said:?}"
            );
        }
    }

    fn in_view(&self) -> impl Iterator<Item = &Tab> {
        self.tabs.values().filter(|tab| tab.visible && !tab.away)
    }
}
