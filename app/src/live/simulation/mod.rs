//! Simulates several pages of a browser and a server, with a clock that the tests move.

mod data;
/// Pages are closed, killed, hidden, frozen and cached at random, the server stops and starts, and
/// its data goes back to a backup.
mod faults;
mod rng;
mod server;
/// After the faults, every visible page must show the current versions and their content. No page
/// may ever show an older version after a newer one, except after a backup was restored.
mod tests;

use std::{collections::BTreeMap, rc::Rc};

use data::{Data, State};
use protocol::{LiveMessage, Seen, Topic, Versions};
use rng::Rng;
use shop::Epoch;

use super::{
    client::{Client, Event},
    reconnect::{self, Connection, Effect, Millis},
};

type PageId = u64;

/// Something that is on its way to a page.
///
/// Arrivals on different connections overtake each other.
#[derive(Debug, Clone)]
enum Arrival {
    Socket(u32, LiveMessage),
    SocketClosed(u32),
    Poll(u32, Option<LiveMessage>),
    /// The answer to an island's request: the topic's state, and the page's history at the request.
    Read(Topic, State, u32),
}

impl Arrival {
    /// The connection that it arrives on. Arrivals on one connection keep their order.
    fn connection(&self) -> Option<u32> {
        match self {
            Self::Socket(number, _) | Self::SocketClosed(number) | Self::Poll(number, _) => {
                Some(*number)
            }
            Self::Read(..) => None,
        }
    }
}

struct Page {
    client: Client,
    seen: BTreeMap<Topic, State>,
    /// How often the data has turned out to have another history.
    history: u32,
    shown: Option<Connection>,
    sockets: Vec<u32>,
    polls: Vec<u32>,
    visible: bool,
    away: bool,
    /// The page hangs until this time.
    stuck_until: Millis,
    inbox: Vec<(Millis, u64, Arrival)>,
}

impl Page {
    fn seen(&self) -> Seen {
        let seen = self.seen.iter();
        seen.map(|(topic, seen)| (topic.clone(), seen.version))
            .collect()
    }
}

/// Decides from the shown version, the received one and `rewound` whether a page replaces its own.
type Replaces = fn(u64, u64, bool) -> bool;

/// What a connection has been sent: versions, their epoch, and whether they may be out of date.
#[derive(Debug, Clone)]
struct Told {
    epoch: Option<Epoch>,
    seen: BTreeMap<Topic, Versions>,
    stale: bool,
}

struct World {
    now: Millis,
    rng: Rng,
    pages: BTreeMap<PageId, Page>,
    truth: Rc<Data>,
    /// What the server has read from the store.
    known: Rc<Data>,
    server_up: bool,
    /// Whether the server cannot reach its store, and so learns of nothing new.
    stale: bool,
    sockets_blocked: bool,
    /// The open sockets, by page and number.
    sockets: BTreeMap<(PageId, u32), Told>,
    polls: BTreeMap<(PageId, u32), (Millis, Told)>,
    /// The rule by which pages replace a version.
    replaces: Replaces,
    /// Whether the server says that its data has gone back.
    tells_rewound: bool,
    /// Whether the server compares epochs.
    compares_epochs: bool,
    /// Whether pages tell the server that they know their data may be out of date.
    tells_stale: bool,
    /// How often a page showed an older version after a newer one.
    went_back: usize,
    count: u64,
}

impl World {
    fn new(seed: u64, replaces: Replaces) -> Self {
        let mut rng = Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let sockets_blocked = rng.one_in(3);
        let truth = Rc::new(Data::new());
        Self {
            now: 1_000_000,
            rng,
            pages: BTreeMap::new(),
            known: truth.clone(),
            truth,
            server_up: true,
            stale: false,
            sockets_blocked,
            sockets: BTreeMap::new(),
            polls: BTreeMap::new(),
            replaces,
            tells_rewound: true,
            compares_epochs: true,
            tells_stale: true,
            went_back: 0,
            count: 0,
        }
    }

    /// Opens a page, which is rendered with the current versions.
    fn open(&mut self) {
        self.count += 1;
        let (id, now) = (self.count, self.now);
        let shows = ["a", "b"][self.rng.below(2)];
        let seen = [shows, "@mine", "@news"].map(|name| {
            let topic: Topic = name.parse().unwrap();
            let state = self.truth.newest(&topic);
            (topic, state)
        });
        let page = Page {
            client: Client::new(Some(self.truth.epoch.clone()), now),
            seen: seen.into(),
            history: 0,
            shown: None,
            sockets: Vec::new(),
            polls: Vec::new(),
            visible: true,
            away: false,
            stuck_until: 0,
            inbox: Vec::new(),
        };
        self.pages.insert(id, page);
        self.event(id, Event::Wire(reconnect::Event::Visible(true)));
    }

    /// Ends a page without an event, as when its process dies.
    fn kill(&mut self, id: PageId) {
        self.pages.remove(&id);
        self.sockets.retain(|(page, _), _| *page != id);
        self.polls.retain(|(page, _), _| *page != id);
    }

    fn event(&mut self, id: PageId, event: Event) {
        let (now, chance) = (self.now, self.rng.fraction());
        let Some(page) = self.pages.get_mut(&id) else {
            return;
        };
        let seen = page.seen();
        for effect in page.client.on(event, &seen, now, chance) {
            self.carry_out(id, effect);
        }
    }

    fn arrives(&mut self, id: PageId, what: Arrival) {
        let delay = 1 + u64::try_from(self.rng.below(40)).unwrap();
        self.count += 1;
        let (now, count) = (self.now, self.count);
        let Some(page) = self.pages.get_mut(&id) else {
            return;
        };
        let same_connection = page.inbox.iter().filter(|(.., other)| {
            what.connection().is_some() && other.connection() == what.connection()
        });
        let last = same_connection.map(|(at, ..)| *at).max();
        let at = last.unwrap_or(0).max(now + delay);
        page.inbox.push((at, count, what));
    }

    /// Lets an island of the page read a topic by a request.
    fn read(&mut self, id: PageId) {
        let topics: Vec<Topic> = self.pages[&id].seen.keys().cloned().collect();
        let topic = topics[self.rng.below(topics.len())].clone();
        if self.server_up && !self.stale {
            let (state, history) = (self.truth.newest(&topic), self.pages[&id].history);
            self.arrives(id, Arrival::Read(topic, state, history));
        }
    }

    fn hear(&mut self, id: PageId, message: &LiveMessage) {
        if message.rewound && message.epoch.is_some() {
            let page = self.pages.get_mut(&id).unwrap();
            page.history += 1;
            page.seen.values_mut().for_each(|seen| seen.version = 0);
        }
        let mut said: Vec<(Topic, State)> = Vec::new();
        let levels = message.stock.iter();
        said.extend(levels.map(|level| {
            let (version, content) = (level.version, level.available);
            (Topic::Book(level.book.clone()), State { version, content })
        }));
        let plain = |version| State {
            version,
            content: 0,
        };
        said.extend(message.mine.map(|number| (Topic::Mine, plain(number))));
        let news = message.news.as_ref();
        said.extend(news.map(|news| (Topic::News, plain(news.version))));
        for (topic, state) in said {
            self.show(id, &topic, state, message.rewound);
        }
    }

    fn show(&mut self, id: PageId, topic: &Topic, state: State, rewound: bool) {
        let page = self.pages.get_mut(&id).unwrap();
        if let Some(shown) = page.seen.get_mut(topic)
            && (self.replaces)(shown.version, state.version, rewound)
        {
            self.went_back += usize::from(state.version < shown.version && !rewound);
            *shown = state;
        }
    }

    /// Lets a page take in what has arrived, and wakes it if its deadline has passed.
    fn run(&mut self, id: PageId) {
        loop {
            let now = self.now;
            let Some(page) = self
                .pages
                .get_mut(&id)
                .filter(|page| now >= page.stuck_until)
            else {
                return;
            };
            let due = page.inbox.iter().filter(|(at, ..)| *at <= now);
            let Some(next) = due.min_by_key(|(at, count, _)| (*at, *count)).cloned() else {
                break;
            };
            page.inbox.retain(|(_, count, _)| *count != next.1);
            self.take(id, next.2);
        }
        let deadline = self.pages[&id].client.deadline();
        if deadline.is_some_and(|at| at <= self.now) {
            self.event(id, Event::Wire(reconnect::Event::Woken));
        }
    }

    fn take(&mut self, id: PageId, arrival: Arrival) {
        let page = self.pages.get_mut(&id).unwrap();
        let wire = match arrival {
            Arrival::Socket(number, message) if page.sockets.contains(&number) => {
                self.said(id, number, message);
                reconnect::Event::Heard(number)
            }
            Arrival::SocketClosed(number) if page.sockets.contains(&number) => {
                page.sockets.retain(|open| *open != number);
                reconnect::Event::Closed(number)
            }
            Arrival::Socket(..) | Arrival::SocketClosed(_) => return,
            Arrival::Read(topic, state, history) => {
                if history == page.history {
                    self.show(id, &topic, state, false);
                }
                return self.event(id, Event::Follows);
            }
            Arrival::Poll(number, answer) => {
                if !page.polls.contains(&number) {
                    return;
                }
                page.polls.retain(|open| *open != number);
                match answer {
                    Some(message) => {
                        self.said(id, number, message);
                        reconnect::Event::PollAnswered(number, 0)
                    }
                    None => reconnect::Event::PollFailed(number),
                }
            }
        };
        self.event(id, Event::Wire(wire));
    }

    fn said(&mut self, id: PageId, number: u32, message: LiveMessage) {
        self.hear(id, &message);
        self.event(id, Event::Said(number, message));
    }

    fn step(&mut self) {
        self.now += 10;
        self.serve();
        for id in self.pages.keys().copied().collect::<Vec<_>>() {
            self.run(id);
        }
    }

    fn assert_visible_pages_show(&self, one_of: &[Connection], seed: u64) {
        for page in self.in_view() {
            let shown = page.shown;
            assert!(
                shown.is_some_and(|shown| one_of.contains(&shown)),
                "seed {seed}: {shown:?}"
            );
        }
    }

    fn in_view(&self) -> impl Iterator<Item = &Page> {
        self.pages
            .values()
            .filter(|page| page.visible && !page.away)
    }
}
