//! Several tabs of one browser, with a server, under a clock that tests move.
//!
//! Notes between tabs are delayed, overtake one another and get lost; tabs are closed,
//! killed, hidden, frozen and put away at random; the server goes and comes. Afterwards
//! every tab in view must show the truth, and none may ever have shown an older version
//! after a newer one.

use std::collections::{BTreeMap, VecDeque};

use super::*;
use crate::wire::Topic;

/// A small generator of random numbers, so that a run can be repeated.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        // xorshift64*, S. Vigna, “An experimental exploration of Marsaglia's xorshift
        // generators, scrambled”, 2016.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next()).unwrap() % bound
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn fraction(&mut self) -> f64 {
        f64::from(u32::try_from(self.below(1 << 20)).unwrap()) / f64::from(1 << 20)
    }
}

/// What is under way, and arrives at a tab.
#[derive(Debug, Clone)]
enum Arrival {
    Note(Note),
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
    /// Stands still until then, without having been told.
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

struct World {
    now: Millis,
    chance: Chance,
    tabs: BTreeMap<TabId, Tab>,
    truth: BTreeMap<Topic, u64>,
    server_up: bool,
    sockets_blocked: bool,
    /// A connection's tab, number, and what it was sent. A poll ends with its answer.
    sockets: BTreeMap<(TabId, u32), BTreeMap<Topic, u64>>,
    polls: BTreeMap<(TabId, u32), (Millis, Seen)>,
    lock: VecDeque<(TabId, u32)>,
    /// Whether pages compare versions.
    compares: bool,
    /// Whether notes between tabs get lost.
    loses: bool,
    /// How often a tab showed an older version after a newer one.
    went_back: usize,
    count: u64,
}

impl World {
    fn new(seed: u64, compares: bool) -> Self {
        let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let sockets_blocked = chance.one_in(3);
        Self {
            now: 1_000_000,
            chance,
            tabs: BTreeMap::new(),
            truth: ["a", "b", "@mine"]
                .map(|name| (name.parse().unwrap(), 1))
                .into(),
            server_up: true,
            sockets_blocked,
            sockets: BTreeMap::new(),
            polls: BTreeMap::new(),
            lock: VecDeque::new(),
            compares,
            loses: true,
            went_back: 0,
            count: 0,
        }
    }

    /// A new tab, whose page comes with the truth.
    fn open(&mut self) {
        self.count += 1;
        let (id, now) = (self.count, self.now);
        let shows = ["a", "b"][self.chance.below(2)];
        let seen = [shows, "@mine"].map(|name| {
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

    /// Gone without a word, as when its process dies. The browser frees its lock.
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
        let (now, chance) = (self.now, self.chance.fraction());
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
                Effect::Post(note) => self.post(id, &note),
                Effect::Wire(effect) => self.wire(id, effect),
            }
        }
    }

    fn wire(&mut self, id: TabId, effect: machine::Effect) {
        let tab = self.tabs.get_mut(&id).unwrap();
        let asked = tab.client.asked().clone();
        match effect {
            machine::Effect::OpenSocket(number) => {
                tab.sockets.push(number);
                if self.server_up && !self.sockets_blocked {
                    self.sockets
                        .insert((id, number), asked.0.into_iter().collect());
                    self.arrives(id, Arrival::Socket(number, LiveMessage::default()), false);
                } else {
                    self.arrives(id, Arrival::SocketClosed(number), false);
                }
            }
            machine::Effect::CloseSocket(number) => {
                tab.sockets.retain(|open| *open != number);
                self.sockets.remove(&(id, number));
            }
            machine::Effect::SendSeen(number) => {
                if let Some(told) = self.sockets.get_mut(&(id, number)) {
                    *told = asked.0.into_iter().collect();
                }
            }
            machine::Effect::Poll(number) => {
                tab.polls.push(number);
                if self.server_up {
                    self.polls.insert((id, number), (self.now + 25_000, asked));
                } else {
                    self.arrives(id, Arrival::Poll(number, None), false);
                }
            }
            machine::Effect::AbortPoll(number) => {
                tab.polls.retain(|open| *open != number);
                self.polls.remove(&(id, number));
            }
            machine::Effect::Show(_) => unreachable!("the client shows"),
        }
    }

    /// To all other tabs; some are lost, and some overtake others.
    fn post(&mut self, from: TabId, note: &Note) {
        // As it goes over a real channel.
        let note = Note::from_text(&note.to_text()).unwrap();
        let others: Vec<TabId> = self.tabs.keys().copied().filter(|&id| id != from).collect();
        for id in others {
            let lost = self.loses && self.chance.one_in(20);
            if !self.tabs[&id].away && !lost {
                self.arrives(id, Arrival::Note(note.clone()), true);
            }
        }
    }

    fn arrives(&mut self, id: TabId, what: Arrival, overtakes: bool) {
        let delay = 1 + u64::try_from(self.chance.below(40)).unwrap();
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

    /// The server sends everyone what is newer than they were sent.
    fn serve(&mut self) {
        if !self.server_up {
            return;
        }
        let truth = self.truth.clone();
        let mut sent = Vec::new();
        for ((id, number), told) in &mut self.sockets {
            let message = newer(&truth, told);
            if message != LiveMessage::default() {
                sent.push((*id, Arrival::Socket(*number, message)));
            }
        }
        self.polls.retain(|(id, number), (until, seen)| {
            let message = newer(&truth, &mut seen.0.iter().cloned().collect());
            let done = message != LiveMessage::default() || self.now >= *until;
            if done {
                sent.push((*id, Arrival::Poll(*number, Some(message))));
            }
            !done
        });
        for (id, arrival) in sent {
            self.arrives(id, arrival, false);
        }
        // Heartbeats.
        if self.now.is_multiple_of(20_000) {
            for (id, number) in self.sockets.keys().copied().collect::<Vec<_>>() {
                self.arrives(id, Arrival::Socket(number, LiveMessage::default()), false);
            }
        }
    }

    fn hear(&mut self, id: TabId, message: &LiveMessage) {
        let compares = self.compares;
        let tab = self.tabs.get_mut(&id).unwrap();
        let mut said: Vec<(Topic, u64)> = Vec::new();
        let levels = message.stock.iter();
        said.extend(levels.map(|level| (Topic::Book(level.book.clone()), level.version)));
        said.extend(message.mine.map(|number| (Topic::Mine, number)));
        for (topic, version) in said {
            if let Some(shown) = tab.seen.get_mut(&topic)
                && (!compares || version > *shown)
            {
                self.went_back += usize::from(version < *shown);
                *shown = version;
            }
        }
    }

    /// One tab takes in what has arrived, and wakes if it wants to.
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
        let (now, chance) = (self.now, self.chance.fraction());
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
            Arrival::Note(_) if tab.away => return,
            Arrival::Note(note) => {
                if let Note::Said(words) = &note {
                    self.hear(id, &serde_json::from_str(words).unwrap());
                }
                return self.event(id, Event::Tabs(tabs::Event::Heard(note)));
            }
            Arrival::Granted(claim) if tab.claim == Some(claim) => {
                return self.event(id, Event::Tabs(tabs::Event::Granted));
            }
            Arrival::Granted(_) => return,
            Arrival::Socket(number, message) if tab.sockets.contains(&number) => {
                self.said(id, message);
                machine::Event::Heard(number)
            }
            Arrival::SocketClosed(number) if tab.sockets.contains(&number) => {
                tab.sockets.retain(|open| *open != number);
                machine::Event::Closed(number)
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
                        machine::Event::PollAnswered(number, 0)
                    }
                    None => machine::Event::PollFailed(number),
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

    /// Something happens to the shop, to a tab, to the browser or to the server.
    fn disturb(&mut self) {
        let ids: Vec<TabId> = self.tabs.keys().copied().collect();
        let one = ids.get(self.chance.below(ids.len().max(1))).copied();
        match (self.chance.below(16), one) {
            (0..6, _) => {
                let topic = ["a", "b", "@mine"][self.chance.below(3)].parse().unwrap();
                *self.truth.get_mut(&topic).unwrap() += 1;
            }
            (6, _) if ids.len() < 6 => self.open(),
            (7, Some(_)) => {
                // Whoever has the lock, as a rule.
                let leader = self.lock.front().map(|(id, _)| *id);
                self.kill(leader.or(one).unwrap());
            }
            (8, Some(id)) => {
                self.event(id, Event::Tabs(tabs::Event::Leaves));
                self.kill(id);
            }
            (9 | 10, Some(id)) => {
                let tab = self.tabs.get_mut(&id).unwrap();
                tab.visible = !tab.visible;
                let visible = tab.visible;
                self.event(id, Event::Visible(visible));
            }
            (11, Some(id)) => {
                let (now, tab) = (self.now, self.tabs.get_mut(&id).unwrap());
                tab.stuck_until = now + 90_000;
            }
            (12 | 13, Some(id)) => self.put_away(id),
            (14, _) => {
                self.server_up = !self.server_up;
                for (id, number) in std::mem::take(&mut self.sockets).into_keys() {
                    self.arrives(id, Arrival::SocketClosed(number), false);
                }
                for (id, number) in std::mem::take(&mut self.polls).into_keys() {
                    self.arrives(id, Arrival::Poll(number, None), false);
                }
            }
            _ => {}
        }
    }

    /// Into the back/forward cache, or out of it.
    fn put_away(&mut self, id: TabId) {
        let tab = self.tabs.get_mut(&id).unwrap();
        tab.away = !tab.away;
        let (away, visible) = (tab.away, tab.visible);
        if away {
            self.event(id, Event::Tabs(tabs::Event::Leaves));
        } else {
            self.event(id, Event::Tabs(tabs::Event::Back));
            self.event(id, Event::Visible(visible));
        }
    }

    /// Some minutes of trouble, then as many of peace.
    fn run_through(seed: u64, compares: bool) -> Self {
        let mut world = Self::new(seed, compares);
        (0..3).for_each(|_| world.open());
        for _ in 0..200 {
            world.disturb();
            // Often one thing right after the other, sometimes a while later.
            let pause = [2, 2, 2, 1_000][world.chance.below(4)];
            (0..=world.chance.below(pause)).for_each(|_| world.step());
        }
        (world.server_up, world.loses) = (true, false);
        world.open();
        (0..12_000).for_each(|_| world.step());
        world
    }

    fn in_view(&self) -> impl Iterator<Item = &Tab> {
        self.tabs.values().filter(|tab| tab.visible && !tab.away)
    }
}

/// What is newer than was sent; from now on it is sent.
fn newer(truth: &BTreeMap<Topic, u64>, told: &mut BTreeMap<Topic, u64>) -> LiveMessage {
    let mut message = LiveMessage::default();
    for (topic, sent) in told {
        let newest = truth[topic];
        if newest <= *sent {
            continue;
        }
        *sent = newest;
        match topic {
            Topic::Book(book) => message.stock.push(shop::Level {
                book: book.clone(),
                available: 1,
                in_carts: false,
                version: newest,
            }),
            _ => message.mine = Some(newest),
        }
    }
    message
}

#[test]
fn whatever_happens_to_the_tabs_those_in_view_end_with_the_truth_by_one_connection() {
    for seed in 0..300 {
        let world = World::run_through(seed, true);
        assert_eq!(world.went_back, 0, "seed {seed}");
        for tab in world.in_view() {
            for (topic, shown) in &tab.seen {
                assert_eq!(*shown, world.truth[topic], "seed {seed}: {topic}");
            }
            let connected = tab.state.map(|(connection, _)| connection);
            assert!(
                matches!(connected, Some(Connection::Live | Connection::Polling)),
                "seed {seed}: {connected:?}"
            );
        }
        let connections = world.sockets.len() + world.polls.len();
        assert_eq!(connections, 1, "seed {seed}");
    }
}

/// The positive control: pages that show whatever they hear last.
#[test]
fn without_the_version_check_some_tab_shows_an_older_version() {
    let misled = (0..40)
        .filter(|&seed| World::run_through(seed, false).went_back > 0)
        .count();
    assert!(misled > 0, "in {misled} runs of 40");
}
