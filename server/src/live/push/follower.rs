//! One socket: what it follows, what it has been told, and what it has not read yet.

use std::io::{self, ErrorKind};

use shop::ShopperId;

use super::{Millis, SocketGuard, frame::Input};
use crate::live::follow::WantedTopics;

/// Answers that a client asks for and does not read are kept up to this size.
const LARGEST_BACKLOG: usize = 16 * 1024;

/// A socket that never waits.
pub(super) trait Socket {
    /// As [`io::Read::read`], with `WouldBlock` where nothing is there.
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize>;
    /// As [`io::Write::write`], with `WouldBlock` where nothing fits.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;
    /// Says that nothing more will be written.
    fn finish(&mut self);
    /// What was written and not read is not worth keeping.
    fn abandon(&mut self);
}

/// The other end of a socket. Idle, it has a name, a place and what it has seen.
#[derive(Debug)]
pub(super) struct Follower<W> {
    pub(super) socket: W,
    /// Tells it from whoever had its number before.
    pub(super) serial: u32,
    /// Whose browser it is.
    pub(super) shopper: Option<ShopperId>,
    pub(super) follows: Vec<Follow>,
    /// Whether it was told that all may be old.
    pub(super) told_stale: bool,
    /// The next change is not sent before.
    pub(super) next_at: Millis,
    /// Whether it waits in the queue for that moment.
    pub(super) queued: bool,
    /// When it last said anything.
    pub(super) heard_at: Millis,
    /// How much it has said since the last heartbeat.
    pub(super) said: u32,
    /// Whether what it wants to follow is being looked up, and what it wanted since.
    pub(super) lookup: Lookup,
    /// What has come of a message that is not whole yet.
    pub(super) input: Option<Box<Input>>,
    pub(super) backlog: Option<Box<Backlog>>,
    /// Whether it is in the queue of those who do not read.
    pub(super) watched: bool,
    /// It was told to go, or has gone.
    pub(super) leaving: bool,
    /// Counted until it is dropped.
    pub(super) _place: SocketGuard,
}

/// A topic that is followed.
#[derive(Debug)]
pub(super) struct Follow {
    /// The number of the topic.
    pub(super) topic_id: usize,
    /// This follower's index among the topic's followers.
    pub(super) seat: usize,
    /// The version that it was told.
    pub(super) seen: u64,
}

/// A lookup of topics in the store takes a while.
#[derive(Debug, Default)]
pub(super) enum Lookup {
    /// None is under way.
    #[default]
    Idle,
    /// One is.
    Running,
    /// One is, and the client has changed its mind in the meantime.
    Superseded(WantedTopics),
}

/// What a client that does not read has coming.
#[derive(Debug)]
pub(super) struct Backlog {
    tail: Vec<u8>,
    /// Since when.
    pub(super) since: Millis,
}

/// How a write went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// It is on its way.
    Sent,
    /// The client does not read; the rest goes when it does.
    Blocked,
    /// Nobody is there any more, or should be.
    Gone,
}

impl<W: Socket> Follower<W> {
    /// Whether a change can be sent now, or waits until the client reads.
    pub(super) fn is_blocked(&self) -> bool {
        self.backlog.is_some()
    }

    /// Sends a change whole, or none of it where nothing fits. Not to be called
    /// while it is blocked.
    pub(super) fn send_change(&mut self, bytes: &[u8], now: Millis) -> Written {
        let written = match self.socket.write(bytes) {
            Ok(written) => written,
            Err(error) if is_full(&error) => {
                // Not a byte is kept: when the client reads, it gets what is newest then.
                self.backlog = Some(Box::new(Backlog {
                    tail: Vec::new(),
                    since: now,
                }));
                return Written::Blocked;
            }
            Err(_) => return Written::Gone,
        };
        if written == bytes.len() {
            return Written::Sent;
        }
        self.backlog = Some(Box::new(Backlog {
            tail: bytes[written..].to_vec(),
            since: now,
        }));
        Written::Sent
    }

    /// Sends what the client must get: now, or behind what it has not read yet.
    pub(super) fn send(&mut self, bytes: &[u8], now: Millis) -> Written {
        if let Some(backlog) = &mut self.backlog {
            backlog.tail.extend_from_slice(bytes);
            return if backlog.tail.len() > LARGEST_BACKLOG {
                Written::Gone
            } else {
                Written::Blocked
            };
        }
        match self.send_change(bytes, now) {
            Written::Blocked => self.send(bytes, now),
            written => written,
        }
    }

    /// Goes on writing what waits.
    pub(super) fn write_backlog(&mut self, now: Millis) -> Written {
        let Some(backlog) = &mut self.backlog else {
            return Written::Sent;
        };
        while !backlog.tail.is_empty() {
            match self.socket.write(&backlog.tail) {
                Ok(written) => {
                    backlog.tail.drain(..written);
                    backlog.since = now;
                }
                Err(error) if is_full(&error) => return Written::Blocked,
                Err(_) => return Written::Gone,
            }
        }
        self.backlog = None;
        Written::Sent
    }
}

pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
