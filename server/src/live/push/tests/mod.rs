//! The hub with simulated sockets and time.

/// Data with another epoch.
mod epochs;
/// Following other topics.
mod follow_requests;
/// Heartbeats, silent clients, and shutdown.
mod heartbeats;
/// Clients that do not read.
mod slow_readers;
/// Which messages are sent, and when.
mod spacing;
/// Data that may be out of date.
mod staleness;
/// Clients that do not read, over real TCP.
mod stalled_tcp;
mod test_socket;
/// No page gets an older version after a newer one.
mod version_order;

use std::sync::{Arc, Mutex};

use protocol::LiveMessage;
use shop::{Epoch, Level, Slug};
use store::{Change, Feed, FeedSink, Topic};

use self::test_socket::{Sent, TestSocket, client_frame};
use super::{
    LiveCounters, Millis, SocketGuard,
    hub::{Hub, NewFollower},
    inbound::FollowRequest,
};
use crate::{
    admission::client::Client,
    live::follow::{WantedTopics, message},
};

/// An event loop without a thread, a poll or a clock.
struct World {
    hub: Hub<TestSocket>,
    feed: Arc<Feed>,
    /// Changes that the feed has published and the hub has not received.
    inbox: Arc<Inbox>,
    counters: Arc<LiveCounters>,
    now: Millis,
}

#[derive(Debug, Default)]
struct Inbox(
    Mutex<Vec<Arc<Change>>>,
    Mutex<Option<bool>>,
    Mutex<Option<Epoch>>,
);

impl FeedSink for Inbox {
    fn publish(&self, change: &Arc<Change>) {
        self.0.lock().unwrap().push(Arc::clone(change));
    }

    fn set_stale(&self, stale: bool) {
        *self.1.lock().unwrap() = Some(stale);
    }

    fn begin_epoch(&self, epoch: &Epoch) {
        self.0.lock().unwrap().clear();
        *self.2.lock().unwrap() = Some(epoch.clone());
    }
}

/// A page: its number in the hub, and its socket.
#[derive(Clone)]
struct Page {
    number: usize,
    socket: TestSocket,
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

    /// A page that follows these topics and has seen these versions.
    fn page(&mut self, seen: &[(&str, u64)]) -> Page {
        self.page_that_was_told(seen, false)
    }

    /// The same for a page that was last told that its data is stale (`true`) or current.
    fn page_that_was_told(&mut self, seen: &[(&str, u64)], told_stale: bool) -> Page {
        let socket = TestSocket::new(self.now);
        let topics = topics(seen);
        let (follows, newer) = self.look_up(topics);
        let number = self.hub.next_number();
        let new_follower = NewFollower {
            socket: socket.clone(),
            client: Client::Local,
            shopper: None,
            follows,
            epoch: self.feed.epoch(),
            told_stale,
            newer,
            said: Vec::new(),
            place: SocketGuard::default(),
            watch: None,
        };
        assert_eq!(self.hub.join(new_follower, self.now), None);
        Page { number, socket }
    }

    /// The result of `LiveSubscription::begin` if the feed knows every topic.
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

    /// Publishes a change and delivers it to all followers.
    fn change(&mut self, book: &str, version: u64) {
        self.announce(book, version);
        self.deliver_all();
    }

    /// Sets the staleness and delivers it to all followers.
    fn stale(&mut self, stale: bool) {
        self.feed.set_stale(stale);
        self.deliver_all();
    }

    /// Begins another epoch of the data, and delivers the news of it to all followers.
    fn begin_epoch(&mut self, epoch: &str) {
        self.feed.begin_epoch(epoch.parse().unwrap());
        self.deliver_all();
    }

    /// Delivers what is in the inbox, in the order of the event loop.
    fn deliver_all(&mut self) {
        let epoch = self.inbox.2.lock().unwrap().take();
        if let Some(epoch) = epoch {
            self.hub.begin_epoch(epoch, || 7, self.now);
        }
        let changes = std::mem::take(&mut *self.inbox.0.lock().unwrap());
        for change in changes {
            self.deliver(&change);
        }
        let (stale, now) = (self.inbox.1.lock().unwrap().take(), self.now);
        if let Some(stale) = stale {
            self.hub.set_stale(stale, || now);
        }
    }

    /// Publishes a change, which stays in the inbox.
    fn announce(&self, book: &str, version: u64) {
        self.feed.publish(level(book, version));
    }

    fn deliver(&mut self, change: &Arc<Change>) {
        let now = self.now;
        self.hub.publish(change, || now);
    }

    /// Lets time pass, and calls `tick` at each deadline.
    fn pass(&mut self, millis: Millis) {
        let until = self.now + millis;
        while let Some(at) = self.hub.deadline().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.set_socket_clocks();
            self.hub.tick(self.now);
        }
        self.now = until;
        self.set_socket_clocks();
    }

    fn set_socket_clocks(&self) {
        for (_, follower) in &self.hub.followers {
            follower.socket.set_time(self.now);
        }
    }

    /// Lets the page send a message. Returns the topics that the hub wants looked up.
    fn receive(&mut self, page: &Page, text: &str) -> Option<FollowRequest> {
        self.receive_bytes(page, &client_frame(true, 1, text.as_bytes()))
    }

    fn receive_bytes(&mut self, page: &Page, bytes: &[u8]) -> Option<FollowRequest> {
        page.socket.client_sends(bytes);
        self.hub.readable(page.number, self.now).0
    }

    /// Looks up a request, and applies the result.
    fn complete_lookup(&mut self, request: FollowRequest) -> Option<FollowRequest> {
        let found = self.look_up(request.topics);
        self.hub
            .topics_looked_up(request.follower, Ok(found), self.now)
    }

    /// Lets the page read this many bytes, and stop again.
    fn read(&mut self, page: &Page, bytes: usize) {
        page.socket.makes_room(bytes);
        self.hub.writable(page.number, self.now);
    }

    fn read_all(&mut self, page: &Page) {
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
    /// The versions of a book that the page was sent, in order.
    fn versions(&self, book: &str) -> Vec<u64> {
        let levels = self.socket.messages().into_iter().flat_map(|m| m.1.stock);
        let levels = levels.filter(|level| level.book.as_str() == book);
        levels.map(|level| level.version).collect()
    }

    /// The times at which the page was sent a stock level.
    fn level_times(&self) -> Vec<Millis> {
        let messages = self.socket.messages().into_iter();
        let changes = messages.filter(|(_, message)| !message.stock.is_empty());
        changes.map(|(at, _)| at).collect()
    }

    /// The code of the close frame that the page was sent, if any.
    fn close_code(&self) -> Option<u16> {
        let frames = self.socket.frames().into_iter();
        frames.rev().find_map(|(_, frame)| match frame {
            Sent::Close(code) => Some(code),
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

/// A level with its version as the number of available copies.
fn level(book: &str, version: u64) -> Change {
    Change::Level(Level {
        book: Slug::parse(book).unwrap(),
        available: u32::try_from(version).unwrap(),
        in_carts: false,
        price: shop::Price::from_cents(2_000),
        page: 1,
        withdrawn: false,
        version,
    })
}
