//! The sockets of the stream: a few event loops that write each change to every follower.

mod counters;
/// One socket and its unsent output.
mod follower;
/// The shop's messages as WebSocket frames.
mod frame;
/// All sockets of a loop.
mod hub;
/// The messages of clients.
mod inbound;
/// The event loop.
mod shard;
/// Options of the operating system's sockets.
mod socket;
#[cfg(test)]
mod tests;
/// Heartbeats and timeouts.
mod timing;
/// The followers of each topic.
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
use crate::admission::{
    client::Client, code_guessing::CodeGuessLimit, concurrency::ConcurrencySlot,
    connection::Connection,
};

/// Milliseconds since the start of the event loop.
type Millis = u64;

/// What a socket holds while it is open: its places under the limits, and a token. Shutdown waits
/// until the token is dropped.
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

/// The event loops.
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
    /// The bytes that the client has sent after its request.
    pub(super) said: Vec<u8>,
    pub(super) client: Client,
    pub(super) shopper: Option<ShopperId>,
    pub(super) following: LiveSubscription,
    pub(super) newer: LiveMessage,
    pub(super) place: SocketGuard,
}

impl Push {
    /// Starts this many event loops, each on a thread.
    ///
    /// # Errors
    /// If the system provides no thread or no poll.
    pub(crate) fn start(
        loops: usize,
        store: &Arc<dyn Store>,
        guesses: &Arc<CodeGuessLimit>,
        counters: &Arc<LiveCounters>,
    ) -> io::Result<Self> {
        let failed = CancellationToken::new();
        let inboxes = (0..loops).map(|number| {
            let (store, guesses) = (Arc::clone(store), Arc::clone(guesses));
            let shard = Shard::new(store, guesses, Handle::current(), Arc::clone(counters))?;
            let inbox = shard.inbox();
            let failed = failed.clone();
            thread::Builder::new()
                .name(format!("push-{number}"))
                .spawn(move || run_and_report(|| shard.run(), &failed))?;
            Ok(inbox)
        });
        Ok(Self {
            inboxes: inboxes.collect::<io::Result<_>>()?,
            next: AtomicUsize::new(0),
            counters: Arc::clone(counters),
            failed,
        })
    }

    /// A token that is cancelled when an event loop has failed. The sockets of that loop would be
    /// stuck, so the shop has to close.
    pub(crate) fn failure(&self) -> CancellationToken {
        self.failed.clone()
    }

    /// Passes a socket to one of the event loops.
    ///
    /// # Errors
    /// If the socket cannot leave the tokio runtime.
    pub(super) fn adopt(&self, opened: UpgradedSocket) -> io::Result<()> {
        let stream = opened.stream.into_std()?;
        socket::prepare(&stream);
        let told_stale = opened.following.told_stale();
        let (watch, epoch, follows) = opened.following.into_parts();
        let new_follower = NewFollower {
            socket: mio::net::TcpStream::from_std(stream),
            client: opened.client,
            shopper: opened.shopper,
            follows,
            epoch,
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

    /// Disconnects all clients; the loops end when the clients are gone.
    pub(crate) fn close(&self) {
        let clients = self.counters.open_sockets();
        self.inboxes
            .iter()
            .for_each(|inbox| inbox.send(LoopCommand::Close { clients }));
    }
}

/// Runs an event loop on its thread, and reports if it ends with an error.
fn run_and_report(run: impl FnOnce() -> io::Result<()>, failed: &CancellationToken) {
    // Unwind safe: the state of the loop is not used after a panic.
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
    fn a_failed_event_loop_is_reported_and_a_finished_one_is_not() {
        let noticed = |run: fn() -> io::Result<()>| {
            let failed = CancellationToken::new();
            run_and_report(run, &failed);
            failed.is_cancelled()
        };
        assert!(!noticed(|| Ok(())));
        assert!(noticed(|| Err(io::ErrorKind::Other.into())));
        assert!(noticed(|| panic!("in a test, on purpose")));
    }
}
