//! One event loop on a thread of its own, with its share of the sockets.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use mio::{Events, Interest, Poll, Token, Waker, net::TcpStream};
use protocol::LiveMessage;
use shop::Epoch;
use store::{Change, FeedSink, Store, Topic};
use tokio::runtime::Handle;

use super::{
    LiveCounters, Millis,
    hub::{FollowerId, Hub, NewFollower},
    inbound::FollowRequest,
};
use crate::{
    admission::code_guessing::CodeGuessLimit,
    live::{
        follow::{LiveSubscription, Told},
        lookup::{look_up, outcome_of},
    },
};

/// The waker's token. Sockets have small numbers.
const WAKE: Token = Token(usize::MAX);

/// The spread of the random delays after which disconnected clients reconnect. It grows by a
/// quarter of a millisecond for each client that is disconnected.
const RETRY_SPREAD_MS: u32 = 500;
const CLIENTS_PER_MS: usize = 4;
const LONGEST_RETRY_MS: u32 = 20_000;

/// A command from another thread.
pub(super) enum LoopCommand {
    Join(NewFollower<TcpStream>),
    /// The result of a topic lookup.
    LookedUp {
        follower: FollowerId,
        outcome: Result<(LiveSubscription, LiveMessage), LiveMessage>,
    },
    /// Disconnect all clients (this many on all loops), and end when they are gone.
    Close {
        clients: usize,
    },
}

/// What other threads have sent to the loop.
pub(super) struct Inbox {
    waiting: Mutex<Pending>,
    waker: Waker,
}

#[derive(Default)]
struct Pending {
    commands: Vec<LoopCommand>,
    /// The newest change of each topic.
    changes: HashMap<Topic, Arc<Change>>,
    /// The epoch of these changes, if it is a new one.
    epoch: Option<Epoch>,
    /// Whether the data may be out of date, if that has changed.
    stale: Option<bool>,
    /// Whether the loop has ended, so that new sockets are dropped.
    over: bool,
}

impl Pending {
    fn is_empty(&self) -> bool {
        self.commands.is_empty()
            && self.changes.is_empty()
            && self.epoch.is_none()
            && self.stale.is_none()
    }
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
        let was_empty = waiting.is_empty();
        put(&mut waiting);
        drop(waiting);
        if was_empty && let Err(error) = self.waker.wake() {
            tracing::error!(%error, "cannot wake an event loop");
        }
    }

    /// Closes the inbox, unless a command is waiting. Returns whether it is closed.
    fn end(&self) -> bool {
        let mut waiting = self.lock();
        waiting.over = waiting.commands.is_empty();
        waiting.over
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        // Code that holds the lock cannot panic halfway through a change.
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

    fn begin_epoch(&self, epoch: &Epoch) {
        self.put(|waiting| {
            waiting.changes.clear();
            waiting.epoch = Some(epoch.clone());
        });
    }
}

/// The event loop, before it runs.
///
/// If each socket had a task, every change would wake all of them, and an idle socket would take a
/// kilobyte of memory. Here one loop writes a change to ten thousand sockets, and an idle socket
/// takes a few words.
pub(super) struct Shard {
    poll: Poll,
    inbox: Arc<Inbox>,
    hub: Hub<TcpStream>,
    store: Arc<dyn Store>,
    /// Limits how often a client asks for orders that do not exist.
    guesses: Arc<CodeGuessLimit>,
    /// Runs the topic lookups, so that this thread does not wait for the store.
    runtime: Handle,
    began: Instant,
    /// The number of clients on all loops, once the shop is closing.
    closing: Option<usize>,
    /// The sockets with more to read.
    unread: Vec<usize>,
}

impl Shard {
    pub(super) fn new(
        store: Arc<dyn Store>,
        guesses: Arc<CodeGuessLimit>,
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
            guesses,
            runtime,
            began: Instant::now(),
            closing: None,
            unread: Vec::new(),
        })
    }

    pub(super) fn inbox(&self) -> Arc<Inbox> {
        Arc::clone(&self.inbox)
    }

    /// Runs until it is told to close and all clients are gone.
    ///
    /// # Errors
    /// If polling the sockets fails.
    pub(super) fn run(mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(1_024);
        while !(self.closing.is_some() && self.hub.is_empty() && self.inbox.end()) {
            match self.poll.poll(&mut events, self.poll_timeout()) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            self.run_commands();
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
            // A socket may be listed twice: as left over from the last turn, and for a new event.
            self.unread.sort_unstable();
            self.unread.dedup();
            for number in std::mem::take(&mut self.unread) {
                self.read(number);
            }
            self.hub.tick(self.now());
        }
        Ok(())
    }

    fn poll_timeout(&self) -> Option<Duration> {
        if !self.unread.is_empty() {
            return Some(Duration::ZERO);
        }
        let at = self.hub.deadline()?;
        Some(Duration::from_millis(at.saturating_sub(self.now())))
    }

    fn run_commands(&mut self) {
        let Pending {
            commands,
            changes,
            epoch,
            stale,
            ..
        } = std::mem::take(&mut *self.inbox.lock());
        if let Some(epoch) = epoch {
            let after = spread_over(self.hub.counters.open_sockets());
            self.hub.begin_epoch(epoch, after, self.now());
        }
        // Changes are published before new followers join, who are then sent the newest state.
        let began = self.began;
        for change in changes.values() {
            self.hub.publish(change, || since(began));
        }
        // Staleness comes after the changes, so that the data is current when pages are told so.
        if let Some(stale) = stale {
            self.hub.set_stale(stale, || since(began));
        }
        for command in commands {
            match command {
                LoopCommand::Join(new_follower) => self.join(new_follower),
                LoopCommand::LookedUp { follower, outcome } => {
                    self.topics_looked_up(follower, outcome)
                }
                LoopCommand::Close { clients } => self.close(clients),
            }
        }
    }

    fn join(&mut self, mut new_follower: NewFollower<TcpStream>) {
        let token = Token(self.hub.next_number());
        let both = Interest::READABLE | Interest::WRITABLE;
        let registry = self.poll.registry();
        if let Err(error) = registry.register(&mut new_follower.socket, token, both) {
            tracing::error!(%error, "cannot register a socket");
            return;
        }
        let request = self.hub.join(new_follower, self.now());
        self.look_up(request);
        if let Some(clients) = self.closing {
            self.close(clients);
        }
    }

    fn read(&mut self, number: usize) {
        let (request, more) = self.hub.readable(number, self.now());
        self.look_up(request);
        if more {
            self.unread.push(number);
        }
    }

    fn look_up(&self, request: Option<FollowRequest>) {
        let Some(request) = request else {
            return;
        };
        let FollowRequest {
            follower,
            client,
            topics,
        } = request;
        let (store, inbox) = (Arc::clone(&self.store), Arc::clone(&self.inbox));
        let guesses = Arc::clone(&self.guesses);
        self.runtime.spawn(async move {
            let looked_up = look_up(&*store, &guesses, client, topics, Told::default());
            let outcome = outcome_of(looked_up).await;
            inbox.send(LoopCommand::LookedUp { follower, outcome });
        });
    }

    fn topics_looked_up(
        &mut self,
        follower: FollowerId,
        outcome: Result<(LiveSubscription, LiveMessage), LiveMessage>,
    ) {
        // Kept until the topics are followed here, so that the feed does not forget any of them.
        let (outcome, _watch) = match outcome {
            Ok((following, newer)) => {
                let (watch, _, follows) = following.into_parts();
                (Ok((follows, newer)), Some(watch))
            }
            Err(refusal) => (Err(refusal), None),
        };
        let request = self.hub.topics_looked_up(follower, outcome, self.now());
        self.look_up(request);
    }

    fn close(&mut self, clients: usize) {
        self.closing = Some(clients);
        let after = spread_over(clients);
        self.hub.close_all(after, "the shop is closing", self.now());
    }

    fn now(&self) -> Millis {
        since(self.began)
    }
}

/// Random delays in milliseconds, after which this many clients reconnect.
fn spread_over(clients: usize) -> impl FnMut() -> u32 {
    let more = u32::try_from(clients / CLIENTS_PER_MS).unwrap_or(u32::MAX);
    let spread = RETRY_SPREAD_MS.saturating_add(more).min(LONGEST_RETRY_MS);
    move || getrandom::u32().unwrap_or(0) % spread
}

fn since(began: Instant) -> Millis {
    Millis::try_from(began.elapsed().as_millis()).unwrap_or(Millis::MAX)
}
