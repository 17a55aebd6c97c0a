//! The stream's sockets: a few event loops that write each change to every follower.
//!
//! * `frame`: WebSocket frames, written and read.
//! * `follower`: one socket and its backlog; `topics`: who follows what.
//! * `hub`: all sockets of a loop; `inbound`: their messages; `timing`: heartbeats and timeouts.
//! * `shard`: the event loop itself; `socket`: options of the operating system's sockets.

mod counters;
mod follower;
mod frame;
mod hub;
mod inbound;
mod shard;
mod socket;
#[cfg(test)]
mod tests;
mod timing;
mod topics;

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

use protocol::LiveMessage;
use shop::ShopperId;
use store::Store;
use tokio::{net::TcpStream, runtime::Handle, sync::OwnedSemaphorePermit};
use tokio_util::{sync::CancellationToken, task::task_tracker::TaskTrackerToken};

pub(crate) use counters::LiveCounters;
use hub::NewFollower;
use shard::{Inbox, LoopCommand, Shard};

use super::follow::LiveSubscription;
use crate::admission::{concurrency::ConcurrencySlot, connection::Connection};

/// Milliseconds since a loop began.
type Millis = u64;

/// What a socket holds while it is open: its place among the connections, and in
/// the count of those that closing waits for.
#[derive(Debug, Default)]
pub(crate) struct SocketGuard {
    _permit: Option<Arc<OwnedSemaphorePermit>>,
    _token: Option<TaskTrackerToken>,
    _visit: Option<ConcurrencySlot>,
    _of_peer: Option<Arc<ConcurrencySlot>>,
}

impl SocketGuard {
    pub(super) fn new(
        connection: Connection,
        token: TaskTrackerToken,
        visit: Option<ConcurrencySlot>,
    ) -> Self {
        Self {
            _permit: connection.place,
            _token: Some(token),
            _visit: visit,
            _of_peer: connection.visit,
        }
    }
}

/// The loops.
#[derive(Debug)]
pub(crate) struct Push {
    inboxes: Vec<Arc<Inbox>>,
    next: AtomicUsize,
    counters: Arc<LiveCounters>,
    failed: CancellationToken,
}

/// A socket just after its handshake.
pub(super) struct UpgradedSocket {
    pub(super) stream: TcpStream,
    /// What the client has sent behind its request.
    pub(super) said: Vec<u8>,
    pub(super) shopper: Option<ShopperId>,
    pub(super) following: LiveSubscription,
    pub(super) newer: LiveMessage,
    pub(super) place: SocketGuard,
}

impl Push {
    /// Starts so many loops, each on a thread.
    ///
    /// # Errors
    /// When the system gives no thread, or nothing to wait with.
    pub(crate) fn start(
        loops: usize,
        store: &Arc<dyn Store>,
        counters: &Arc<LiveCounters>,
    ) -> io::Result<Self> {
        let failed = CancellationToken::new();
        let inboxes = (0..loops).map(|number| {
            let shard = Shard::new(Arc::clone(store), Handle::current(), Arc::clone(counters))?;
            let inbox = shard.inbox();
            let failed = failed.clone();
            thread::Builder::new()
                .name(format!("push-{number}"))
                .spawn(move || answer_for(|| shard.run(), &failed))?;
            Ok(inbox)
        });
        Ok(Self {
            inboxes: inboxes.collect::<io::Result<_>>()?,
            next: AtomicUsize::new(0),
            counters: Arc::clone(counters),
            failed,
        })
    }

    /// Cancelled when a loop has failed. Its share of the sockets would wait for ever,
    /// so the shop cannot go on.
    pub(crate) fn failure(&self) -> CancellationToken {
        self.failed.clone()
    }

    /// Hands a socket to one of the loops.
    ///
    /// # Errors
    /// When the socket cannot leave the runtime.
    pub(super) fn adopt(&self, opened: UpgradedSocket) -> io::Result<()> {
        let stream = opened.stream.into_std()?;
        socket::prepare(&stream);
        let told_stale = opened.following.told_stale();
        let (watch, follows) = opened.following.into_parts();
        let new_follower = NewFollower {
            socket: mio::net::TcpStream::from_std(stream),
            shopper: opened.shopper,
            follows,
            told_stale,
            newer: opened.newer,
            said: opened.said,
            place: opened.place,
            watch: Some(watch),
        };
        let next = self.next.fetch_add(1, Relaxed) % self.inboxes.len();
        self.inboxes[next].send(LoopCommand::Join(new_follower));
        Ok(())
    }

    /// Sends everyone away; the loops end when they have gone.
    pub(crate) fn close(&self) {
        let clients = self.counters.open_sockets();
        self.inboxes
            .iter()
            .for_each(|inbox| inbox.send(LoopCommand::Close { clients }));
    }
}

/// Runs a loop on its thread, and says so when it ends otherwise than in order.
fn answer_for(run: impl FnOnce() -> io::Result<()>, failed: &CancellationToken) {
    // Nothing of the loop is used after it has panicked.
    let outcome = catch_unwind(AssertUnwindSafe(run));
    match outcome {
        Ok(Ok(())) => return,
        Ok(Err(error)) => tracing::error!(%error, "an event loop has failed"),
        Err(_) => tracing::error!("an event loop has panicked"),
    }
    failed.cancel();
}

impl Drop for Push {
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod failures {
    use super::*;

    #[test]
    fn a_loop_that_fails_or_panics_is_noticed_and_one_that_ends_is_not() {
        let noticed = |run: fn() -> io::Result<()>| {
            let failed = CancellationToken::new();
            answer_for(run, &failed);
            failed.is_cancelled()
        };
        assert!(!noticed(|| Ok(())));
        assert!(noticed(|| Err(io::ErrorKind::Other.into())));
        assert!(noticed(|| panic!("in a test, on purpose")));
    }
}
