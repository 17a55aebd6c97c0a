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
use store::{Change, Sink, Store, Topic};
use tokio::runtime::Handle;

use super::{
    Counters, Millis,
    crowd::{Crowd, MemberId, Newcomer},
    hearing::Wish,
};
use crate::live::{errors::error_message, follow::Following};

/// The waker's token; sockets have small numbers.
const WAKE: Token = Token(usize::MAX);

/// When the shop closes, clients come back over this long at least, and over a
/// quarter of a millisecond more for each of them.
const RETRY_SPREAD_MS: u32 = 500;
const CLIENTS_PER_MS: usize = 4;
const LONGEST_RETRY_MS: u32 = 20_000;

/// What the loop is told from elsewhere.
pub(super) enum Order {
    Join(Newcomer<TcpStream>),
    /// A wish was looked up.
    Granted {
        member: MemberId,
        outcome: Result<(Following, LiveMessage), LiveMessage>,
    },
    /// Send everyone away, who are so many on all loops, and end when they have gone.
    Close {
        clients: usize,
    },
}

/// The way into the loop.
pub(super) struct Inbox {
    waiting: Mutex<Waiting>,
    waker: Waker,
}

#[derive(Default)]
struct Waiting {
    orders: Vec<Order>,
    /// Of each topic the newest, however many there were.
    changes: HashMap<Topic, Arc<Change>>,
    /// Whether all of it may be old, where that has changed.
    stale: Option<bool>,
    /// The loop has ended: whoever comes now is not taken in, but let go.
    over: bool,
}

impl Inbox {
    pub(super) fn send(&self, order: Order) {
        self.put(|waiting| waiting.orders.push(order));
    }

    fn put(&self, put: impl FnOnce(&mut Waiting)) {
        let mut waiting = self.lock();
        if waiting.over {
            return;
        }
        let was_empty =
            waiting.orders.is_empty() && waiting.changes.is_empty() && waiting.stale.is_none();
        put(&mut waiting);
        drop(waiting);
        if was_empty && let Err(error) = self.waker.wake() {
            tracing::error!(%error, "an event loop cannot be woken");
        }
    }

    /// Takes no more orders, if none is waiting. Whether that is so.
    fn end(&self) -> bool {
        let mut waiting = self.lock();
        waiting.over = waiting.orders.is_empty();
        waiting.over
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // No code under the lock can panic half-way through a change.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Inbox")
    }
}

impl Sink for Inbox {
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
    crowd: Crowd<TcpStream>,
    store: Arc<dyn Store>,
    /// Where wishes are looked up: reading the store is not for this thread.
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
        counters: Arc<Counters>,
    ) -> io::Result<Self> {
        let poll = Poll::new()?;
        let inbox = Arc::new(Inbox {
            waiting: Mutex::default(),
            waker: Waker::new(poll.registry(), WAKE)?,
        });
        let sink = Arc::clone(&inbox) as Arc<dyn Sink>;
        Ok(Self {
            crowd: Crowd::new(Arc::clone(store.feed()), sink, counters),
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
        while !(self.closing.is_some() && self.crowd.is_empty() && self.inbox.end()) {
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
                    self.crowd.writable(number, self.now());
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
            self.crowd.tick(self.now());
        }
        Ok(())
    }

    fn patience(&self) -> Option<Duration> {
        if !self.unread.is_empty() {
            return Some(Duration::ZERO);
        }
        let at = self.crowd.deadline()?;
        Some(Duration::from_millis(at.saturating_sub(self.now())))
    }

    fn take_orders(&mut self) {
        let Waiting {
            orders,
            changes,
            stale,
            ..
        } = std::mem::take(&mut *self.inbox.lock());
        // Before newcomers are told what is newest.
        let began = self.began;
        for change in changes.values() {
            self.crowd.publish(change, || since(began));
        }
        // What is no longer old has come before that is said.
        if let Some(stale) = stale {
            self.crowd.set_stale(stale, || since(began));
        }
        for order in orders {
            match order {
                Order::Join(newcomer) => self.join(newcomer),
                Order::Granted { member, outcome } => self.granted(member, outcome),
                Order::Close { clients } => self.close(clients),
            }
        }
    }

    fn join(&mut self, mut newcomer: Newcomer<TcpStream>) {
        let token = Token(self.crowd.next_number());
        let both = Interest::READABLE | Interest::WRITABLE;
        let registry = self.poll.registry();
        if let Err(error) = registry.register(&mut newcomer.wire, token, both) {
            tracing::error!(%error, "a socket cannot be watched");
            return;
        }
        let wish = self.crowd.join(newcomer, self.now());
        self.look_up(wish);
        if let Some(clients) = self.closing {
            self.close(clients);
        }
    }

    fn read(&mut self, number: usize) {
        let (wish, more) = self.crowd.readable(number, self.now());
        self.look_up(wish);
        if more {
            self.unread.push(number);
        }
    }

    fn look_up(&self, wish: Option<Wish>) {
        let Some(Wish { member, topics }) = wish else {
            return;
        };
        let (store, inbox) = (Arc::clone(&self.store), Arc::clone(&self.inbox));
        self.runtime.spawn(async move {
            let outcome = Following::begin(&*store, topics, false).await;
            let outcome = outcome.map_err(|error| error_message(&error));
            inbox.send(Order::Granted { member, outcome });
        });
    }

    fn granted(
        &mut self,
        member: MemberId,
        outcome: Result<(Following, LiveMessage), LiveMessage>,
    ) {
        // Watched until the rooms are entered, so that nothing is forgotten in between.
        let (outcome, _watch) = match outcome {
            Ok((following, newer)) => {
                let (watch, follows) = following.into_parts();
                (Ok((follows, newer)), Some(watch))
            }
            Err(refusal) => (Err(refusal), None),
        };
        let wish = self.crowd.granted(member, outcome, self.now());
        self.look_up(wish);
    }

    fn close(&mut self, clients: usize) {
        self.closing = Some(clients);
        let more = u32::try_from(clients / CLIENTS_PER_MS).unwrap_or(u32::MAX);
        let spread = RETRY_SPREAD_MS.saturating_add(more).min(LONGEST_RETRY_MS);
        let after = || getrandom::u32().unwrap_or(0) % spread;
        self.crowd.send_away(after, self.now());
    }

    fn now(&self) -> Millis {
        since(self.began)
    }
}

fn since(began: Instant) -> Millis {
    Millis::try_from(began.elapsed().as_millis()).unwrap_or(Millis::MAX)
}
