//! One event loop on a thread of its own, and its share of the sockets.
//!
//! A task per socket costs a wake-up and a kilobyte each; here a change is
//! written to ten thousand sockets in one loop, and an idle one is a few words.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use mio::{Events, Interest, Poll, Token, Waker, net::TcpStream};
use protocol::LiveMessage;
use store::{Change, FeedSink, Store, Topic};
use tokio::runtime::Handle;

use super::{
    LiveCounters, Millis,
    hub::{FollowerId, Hub, NewFollower},
    inbound::FollowRequest,
};
use crate::live::{errors::error_message, follow::LiveSubscription};

/// The waker's token; sockets have small numbers.
const WAKE: Token = Token(usize::MAX);

/// When the shop closes, clients come back over this long at least, and over a
/// quarter of a millisecond more for each of them.
const RETRY_SPREAD_MS: u32 = 500;
const CLIENTS_PER_MS: usize = 4;
const LONGEST_RETRY_MS: u32 = 20_000;

/// What the loop is told from elsewhere.
pub(super) enum LoopCommand {
    Join(NewFollower<TcpStream>),
    /// The topics that a follower asked for were looked up.
    LookedUp {
        follower: FollowerId,
        outcome: Result<(LiveSubscription, LiveMessage), LiveMessage>,
    },
    /// Send everyone away, who are so many on all loops, and end when they have gone.
    Close {
        clients: usize,
    },
}

/// The way into the loop.
pub(super) struct Inbox {
    waiting: Mutex<Pending>,
    waker: Waker,
}

#[derive(Default)]
struct Pending {
    commands: Vec<LoopCommand>,
    /// Of each topic the newest, however many there were.
    changes: HashMap<Topic, Arc<Change>>,
    /// Whether all of it may be old, where that has changed.
    stale: Option<bool>,
    /// The loop has ended: whoever comes now is not taken in, but let go.
    over: bool,
}

impl Inbox {
    pub(super) fn send(&self, command: LoopCommand) {
        self.put(|waiting| waiting.commands.push(command));
    }

    fn put(&self, put: impl FnOnce(&mut Pending)) {
        let mut waiting = self.lock();
        if waiting.over {
            return;
        }
        let was_empty =
            waiting.commands.is_empty() && waiting.changes.is_empty() && waiting.stale.is_none();
        put(&mut waiting);
        drop(waiting);
        if was_empty && let Err(error) = self.waker.wake() {
            tracing::error!(%error, "an event loop cannot be woken");
        }
    }

    /// Takes no more orders, if none is waiting. Whether that is so.
    fn end(&self) -> bool {
        let mut waiting = self.lock();
        waiting.over = waiting.commands.is_empty();
        waiting.over
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        // No code under the lock can panic half-way through a change.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Inbox")
    }
}

impl FeedSink for Inbox {
    fn publish(&self, change: &Arc<Change>) {
        self.put(|waiting| {
            waiting.changes.insert(change.topic(), Arc::clone(change));
        });
    }

    fn set_stale(&self, stale: bool) {
        self.put(|waiting| waiting.stale = Some(stale));
    }
}

/// The loop, before it runs.
pub(super) struct Shard {
    poll: Poll,
    inbox: Arc<Inbox>,
    hub: Hub<TcpStream>,
    store: Arc<dyn Store>,
    /// Where topics are looked up: this thread does not wait for the store.
    runtime: Handle,
    began: Instant,
    /// How many clients were told to go on all loops, once it is time.
    closing: Option<usize>,
    /// Those who have something to say, or had more than one turn.
    unread: Vec<usize>,
}

impl Shard {
    pub(super) fn new(
        store: Arc<dyn Store>,
        runtime: Handle,
        counters: Arc<LiveCounters>,
    ) -> io::Result<Self> {
        let poll = Poll::new()?;
        let inbox = Arc::new(Inbox {
            waiting: Mutex::default(),
            waker: Waker::new(poll.registry(), WAKE)?,
        });
        let sink = Arc::clone(&inbox) as Arc<dyn FeedSink>;
        Ok(Self {
            hub: Hub::new(Arc::clone(store.feed()), sink, counters),
            poll,
            inbox,
            store,
            runtime,
            began: Instant::now(),
            closing: None,
            unread: Vec::new(),
        })
    }

    pub(super) fn inbox(&self) -> Arc<Inbox> {
        Arc::clone(&self.inbox)
    }

    /// Runs until it is told to close and everyone has gone.
    ///
    /// # Errors
    /// When the system no longer says what happens on the sockets.
    pub(super) fn run(mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(1_024);
        while !(self.closing.is_some() && self.hub.is_empty() && self.inbox.end()) {
            match self.poll.poll(&mut events, self.patience()) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            self.take_orders();
            for event in &events {
                let Token(number) = event.token();
                if event.token() == WAKE {
                    continue;
                }
                if event.is_writable() {
                    self.hub.writable(number, self.now());
                }
                if event.is_readable() {
                    self.unread.push(number);
                }
            }
            // Whoever went on from the last turn may have sent more: one turn for both.
            self.unread.sort_unstable();
            self.unread.dedup();
            for number in std::mem::take(&mut self.unread) {
                self.read(number);
            }
            self.hub.tick(self.now());
        }
        Ok(())
    }

    fn patience(&self) -> Option<Duration> {
        if !self.unread.is_empty() {
            return Some(Duration::ZERO);
        }
        let at = self.hub.deadline()?;
        Some(Duration::from_millis(at.saturating_sub(self.now())))
    }

    fn take_orders(&mut self) {
        let Pending {
            commands,
            changes,
            stale,
            ..
        } = std::mem::take(&mut *self.inbox.lock());
        // Before newcomers are told what is newest.
        let began = self.began;
        for change in changes.values() {
            self.hub.publish(change, || since(began));
        }
        // What is no longer old has come before that is said.
        if let Some(stale) = stale {
            self.hub.set_stale(stale, || since(began));
        }
        for command in commands {
            match command {
                LoopCommand::Join(new_follower) => self.join(new_follower),
                LoopCommand::LookedUp { follower, outcome } => self.granted(follower, outcome),
                LoopCommand::Close { clients } => self.close(clients),
            }
        }
    }

    fn join(&mut self, mut new_follower: NewFollower<TcpStream>) {
        let token = Token(self.hub.next_number());
        let both = Interest::READABLE | Interest::WRITABLE;
        let registry = self.poll.registry();
        if let Err(error) = registry.register(&mut new_follower.socket, token, both) {
            tracing::error!(%error, "a socket cannot be watched");
            return;
        }
        let wish = self.hub.join(new_follower, self.now());
        self.look_up(wish);
        if let Some(clients) = self.closing {
            self.close(clients);
        }
    }

    fn read(&mut self, number: usize) {
        let (wish, more) = self.hub.readable(number, self.now());
        self.look_up(wish);
        if more {
            self.unread.push(number);
        }
    }

    fn look_up(&self, wish: Option<FollowRequest>) {
        let Some(FollowRequest { follower, topics }) = wish else {
            return;
        };
        let (store, inbox) = (Arc::clone(&self.store), Arc::clone(&self.inbox));
        self.runtime.spawn(async move {
            let outcome = LiveSubscription::begin(&*store, topics, false).await;
            let outcome = outcome.map_err(|error| error_message(&error));
            inbox.send(LoopCommand::LookedUp { follower, outcome });
        });
    }

    fn granted(
        &mut self,
        follower: FollowerId,
        outcome: Result<(LiveSubscription, LiveMessage), LiveMessage>,
    ) {
        // Watched until its topics are followed here, so that none is forgotten in between.
        let (outcome, _watch) = match outcome {
            Ok((following, newer)) => {
                let (watch, follows) = following.into_parts();
                (Ok((follows, newer)), Some(watch))
            }
            Err(refusal) => (Err(refusal), None),
        };
        let wish = self.hub.granted(follower, outcome, self.now());
        self.look_up(wish);
    }

    fn close(&mut self, clients: usize) {
        self.closing = Some(clients);
        let more = u32::try_from(clients / CLIENTS_PER_MS).unwrap_or(u32::MAX);
        let spread = RETRY_SPREAD_MS.saturating_add(more).min(LONGEST_RETRY_MS);
        let after = || getrandom::u32().unwrap_or(0) % spread;
        self.hub.send_away(after, self.now());
    }

    fn now(&self) -> Millis {
        since(self.began)
    }
}

fn since(began: Instant) -> Millis {
    Millis::try_from(began.elapsed().as_millis()).unwrap_or(Millis::MAX)
}
