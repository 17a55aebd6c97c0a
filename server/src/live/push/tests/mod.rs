//! The engine in a made-up world: sockets that a test moves, and time in integers.
//!
//! * `pace`: how much is said to whom, and when.
//! * `order`: never an older version after a newer one.
//! * `slow`: those who do not read; `stalled`: the same over real TCP.
//! * `rhythm`: heartbeats, silence, and the end of the day.
//! * `wishes`: following something else.
//! * `stale`: what is said may be old.

mod line;
mod order;
mod pace;
mod rhythm;
mod slow;
mod stale;
mod stalled;
mod wishes;

use std::sync::{Arc, Mutex};

use protocol::LiveMessage;
use shop::{Level, Slug};
use store::{Change, Feed, FeedSink, Topic};

use self::line::{Line, Said, client_frame};
use super::{
    LiveCounters, Millis, SocketGuard,
    hub::{Hub, NewFollower},
    inbound::FollowRequest,
};
use crate::live::follow::{WantedTopics, message};

/// A loop without its thread, its poll and its clock.
struct World {
    hub: Hub<Line>,
    feed: Arc<Feed>,
    /// What the feed has handed on and the hub was not told yet.
    inbox: Arc<Inbox>,
    counters: Arc<LiveCounters>,
    now: Millis,
}

#[derive(Debug, Default)]
struct Inbox(Mutex<Vec<Arc<Change>>>, Mutex<Option<bool>>);

impl FeedSink for Inbox {
    fn publish(&self, change: &Arc<Change>) {
        self.0.lock().unwrap().push(Arc::clone(change));
    }

    fn set_stale(&self, stale: bool) {
        *self.1.lock().unwrap() = Some(stale);
    }
}

/// A browser's page: its number in the hub, and its end of the line.
#[derive(Clone)]
struct Page {
    number: usize,
    line: Line,
}

impl World {
    fn new() -> Self {
        let (feed, inbox) = (Arc::new(Feed::default()), Arc::new(Inbox::default()));
        let counters = Arc::new(LiveCounters::default());
        let sink = Arc::clone(&inbox) as Arc<dyn FeedSink>;
        Self {
            hub: Hub::new(Arc::clone(&feed), sink, Arc::clone(&counters)),
            feed,
            inbox,
            counters,
            now: 1_000,
        }
    }

    /// A page that follows these and has seen so much of each.
    fn page(&mut self, seen: &[(&str, u64)]) -> Page {
        self.page_that_was_told(seen, false)
    }

    /// And was told elsewhere that it may be old, or that it is not.
    fn page_that_was_told(&mut self, seen: &[(&str, u64)], told_stale: bool) -> Page {
        let line = Line::new(self.now);
        let topics = topics(seen);
        let (follows, newer) = self.look_up(topics);
        let number = self.hub.next_number();
        let new_follower = NewFollower {
            socket: line.clone(),
            shopper: None,
            follows,
            told_stale,
            newer,
            said: Vec::new(),
            place: SocketGuard::default(),
            watch: None,
        };
        assert_eq!(self.hub.join(new_follower, self.now), None);
        Page { number, line }
    }

    /// What `LiveSubscription::begin` finds, where the feed knows everything.
    fn look_up(&self, wanted: WantedTopics) -> (Vec<(Topic, u64)>, LiveMessage) {
        let topics = wanted.into_iter();
        let mut topics: Vec<_> = topics.map(|(topic, seen)| (topic, seen.lowest)).collect();
        let watch = self
            .feed
            .watch(topics.iter().map(|(topic, _)| topic.clone()));
        let mut newest = watch.newest();
        newest.retain(|change| {
            let (_, seen) = topics
                .iter_mut()
                .find(|(topic, _)| *topic == change.topic())
                .unwrap();
            let newer = change.version() > *seen;
            *seen = change.version().max(*seen);
            newer
        });
        let newer = message(newest.iter().map(|change| &**change), false);
        (topics, newer)
    }

    /// A change is committed and announced, and everyone is told.
    fn change(&mut self, book: &str, version: u64) {
        self.announce(book, version);
        self.deliver_all();
    }

    /// All of it may be old from now on, or no longer; everyone is told.
    fn stale(&mut self, stale: bool) {
        self.feed.set_stale(stale);
        self.deliver_all();
    }

    /// What waits in the inbox, in the loop's order.
    fn deliver_all(&mut self) {
        let changes = std::mem::take(&mut *self.inbox.0.lock().unwrap());
        for change in changes {
            self.deliver(&change);
        }
        let (stale, now) = (self.inbox.1.lock().unwrap().take(), self.now);
        if let Some(stale) = stale {
            self.hub.set_stale(stale, || now);
        }
    }

    /// A change is committed and announced; it waits in the inbox.
    fn announce(&self, book: &str, version: u64) {
        self.feed.publish(level(book, version));
    }

    fn deliver(&mut self, change: &Arc<Change>) {
        let now = self.now;
        self.hub.publish(change, || now);
    }

    /// Lets time pass, and does what is due in it when it is due.
    fn pass(&mut self, millis: Millis) {
        let until = self.now + millis;
        while let Some(at) = self.hub.deadline().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.tell_the_time();
            self.hub.tick(self.now);
        }
        self.now = until;
        self.tell_the_time();
    }

    fn tell_the_time(&self) {
        for (_, follower) in &self.hub.followers {
            follower.socket.is_now(self.now);
        }
    }

    /// The page has said this; returns what the hub wants looked up for it.
    fn hear(&mut self, page: &Page, text: &str) -> Option<FollowRequest> {
        self.hear_bytes(page, &client_frame(true, 1, text.as_bytes()))
    }

    fn hear_bytes(&mut self, page: &Page, bytes: &[u8]) -> Option<FollowRequest> {
        page.line.says(bytes);
        self.hub.readable(page.number, self.now).0
    }

    /// A wish is looked up and granted at once.
    fn grant(&mut self, wish: FollowRequest) -> Option<FollowRequest> {
        let found = self.look_up(wish.topics);
        self.hub.granted(wish.follower, Ok(found), self.now)
    }

    /// The page reads so many bytes, and stops again.
    fn read(&mut self, page: &Page, bytes: usize) {
        page.line.makes_room(bytes);
        self.hub.writable(page.number, self.now);
    }

    fn read_on(&mut self, page: &Page) {
        self.read(page, usize::MAX);
    }

    fn count(&self, label: &str) -> u64 {
        let all = self.counters.all();
        let named = all.iter().find(|crate::metric::Count(name, reason, ..)| {
            *name == label || reason.contains(label)
        });
        named.unwrap().3
    }
}

impl Page {
    /// The versions of a book that it was told, in order.
    fn versions(&self, book: &str) -> Vec<u64> {
        let levels = self.line.messages().into_iter().flat_map(|m| m.1.stock);
        let its = levels.filter(|level| level.book.as_str() == book);
        its.map(|level| level.version).collect()
    }

    /// When it was told something of the shelf.
    fn told_at(&self) -> Vec<Millis> {
        let messages = self.line.messages().into_iter();
        let changes = messages.filter(|(_, message)| !message.stock.is_empty());
        changes.map(|(at, _)| at).collect()
    }

    /// The code with which it was sent away, where it was.
    fn sent_away_with(&self) -> Option<u16> {
        let said = self.line.said().into_iter();
        said.rev().find_map(|(_, said)| match said {
            Said::Close(code) => Some(code),
            _ => None,
        })
    }
}

fn topics(seen: &[(&str, u64)]) -> WantedTopics {
    let topics = seen.iter();
    topics
        .map(|(book, version)| (Slug::parse(book).unwrap().into(), (*version).into()))
        .collect()
}

/// A level that says its version twice: a second time as the count.
fn level(book: &str, version: u64) -> Change {
    Change::Level(Level {
        book: Slug::parse(book).unwrap(),
        available: u32::try_from(version).unwrap(),
        in_carts: false,
        version,
    })
}
