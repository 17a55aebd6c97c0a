//! Clients that do not read, over real TCP: the kernel buffers little for them, and discards it
//! when they are dropped. Only the time is simulated.

use std::{
    io::{ErrorKind, Read},
    net::{TcpListener, TcpStream},
    sync::Arc,
};

use shop::Slug;
use store::{Change, Feed};

use super::{Inbox, level};
use crate::{
    admission::client::Client,
    live::push::{
        LiveCounters, Millis, SocketGuard,
        follower::Socket,
        hub::{Hub, NewFollower},
        socket::prepare,
    },
};

/// More than the kernels of both sides can buffer with the options that are tested.
const A_FEW_HUNDRED_KB: usize = 400 * 1024;

/// One connected client that does not read.
struct World {
    hub: Hub<mio::net::TcpStream>,
    client: TcpStream,
    version: u64,
    now: Millis,
}

impl World {
    fn new(prepare: impl FnOnce(&TcpStream)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        stream.set_nonblocking(true).unwrap();
        prepare(&stream);
        let (feed, inbox) = (Arc::new(Feed::default()), Arc::new(Inbox::default()));
        let epoch = feed.epoch();
        let mut hub = Hub::new(feed, inbox, Arc::new(LiveCounters::default()));
        let new_follower = NewFollower {
            socket: mio::net::TcpStream::from_std(stream),
            client: Client::Local,
            shopper: None,
            follows: vec![(Slug::parse("a").unwrap().into(), 0)],
            epoch,
            told_stale: false,
            newer: Default::default(),
            said: Vec::new(),
            place: SocketGuard::default(),
            watch: None,
        };
        hub.join(new_follower, 0);
        Self {
            hub,
            client,
            version: 0,
            now: 0,
        }
    }

    /// Sends a change every 50 ms, until one does not fit or this many bytes are written. Returns
    /// whether one did not fit.
    fn changes_until_blocked(&mut self, most: usize) -> bool {
        let mut written = 0;
        while written < most {
            self.version += 1;
            self.now += 50;
            let Change::Level(level) = level("a", self.version) else {
                unreachable!("it is a level");
            };
            written += serde_json::to_vec(&level).unwrap().len();
            let now = self.now;
            self.hub.publish(&Arc::new(Change::Level(level)), || now);
            // The client counts as alive, because heartbeats are not tested here.
            let followers = self.hub.followers.iter_mut();
            followers.for_each(|(_, follower)| follower.heard_at = now);
            if self.hub.followers.iter().any(|(_, m)| m.is_blocked()) {
                return true;
            }
        }
        false
    }
}

#[test]
fn a_client_that_never_reads_is_noticed_soon_and_dropped_after_thirty_seconds() {
    let mut world = World::new(prepare);
    assert!(world.changes_until_blocked(A_FEW_HUNDRED_KB));
    world.hub.tick(world.now + 29_999);
    assert_eq!(world.hub.len(), 1);
    world.hub.tick(world.now + 30_000);
    assert!(world.hub.is_empty());

    // The client's kernel still has what it received, but ours has discarded the rest.
    let mut all = Vec::new();
    let outcome = world.client.read_to_end(&mut all);
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_client_that_reads_again_gets_the_rest_and_then_the_newest() {
    let mut world = World::new(prepare);
    assert!(world.changes_until_blocked(A_FEW_HUNDRED_KB));
    let last = world.version + 1_000;
    let newest = Arc::new(level("a", last));
    world.hub.publish(&newest, || world.now);
    let newest = format!("\"version\":{last}}}");
    let (mut all, mut some) = (Vec::new(), [0; 4_096]);
    while !all
        .windows(newest.len())
        .any(|window| window == newest.as_bytes())
    {
        let read = world.client.read(&mut some).unwrap();
        all.extend_from_slice(&some[..read]);
        world.now += 50;
        world.hub.writable(0, world.now);
    }
}

/// Control: the kernel's default send buffer accepts everything, so the client is not noticed.
#[test]
fn without_a_small_send_buffer_a_stalled_client_is_not_noticed() {
    let mut world = World::new(|_| {});
    assert!(!world.changes_until_blocked(A_FEW_HUNDRED_KB));
    world.hub.tick(world.now + 30_000);
    assert_eq!(world.hub.len(), 1);
}

/// Control: what was written stays in the kernel if the socket is closed normally.
#[test]
fn without_a_zero_linger_time_unsent_data_stays() {
    for (abandons, ends_well) in [(true, false), (false, true)] {
        let mut world = World::new(prepare);
        assert!(world.changes_until_blocked(A_FEW_HUNDRED_KB));
        let mut follower = world.hub.followers.remove(0);
        if abandons {
            follower.socket.abandon();
        }
        drop(follower);
        let outcome = world.client.read_to_end(&mut Vec::new());
        assert_eq!(outcome.is_ok(), ends_well);
    }
}
