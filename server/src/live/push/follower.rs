//! One socket: the topics it follows, the versions it was sent, and its unsent output.

use std::io::{self, ErrorKind};

use shop::ShopperId;

use super::{Millis, SocketGuard, frame::Input};
use crate::{admission::client::Client, live::follow::WantedTopics};

/// Replies to a client that does not read are queued up to this size.
const LARGEST_BACKLOG: usize = 16 * 1024;

/// A non-blocking socket.
pub(super) trait Socket {
    /// As [`io::Read::read`], with `WouldBlock` if there is nothing to read.
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize>;
    /// As [`io::Write::write`], with `WouldBlock` if nothing can be written.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;
    /// Closes the sending side.
    fn finish(&mut self);
    /// Discards what was written and not yet sent.
    fn abandon(&mut self);
}

/// A connected client. While idle it takes only a few words of memory.
#[derive(Debug)]
pub(super) struct Follower<W> {
    pub(super) socket: W,
    /// Distinguishes this follower from earlier ones with the same number.
    pub(super) serial: u32,
    /// The client whose limit counts requests for orders that do not exist.
    pub(super) client: Client,
    /// The shopper in the client's cookie.
    pub(super) shopper: Option<ShopperId>,
    pub(super) follows: Vec<Follow>,
    /// Whether it was last told that the data may be out of date.
    pub(super) told_stale: bool,
    /// The earliest time for the next change.
    pub(super) next_at: Millis,
    /// Whether it is in the queue for that time.
    pub(super) queued: bool,
    /// When it last sent anything.
    pub(super) heard_at: Millis,
    /// The number of frames it has sent since the last heartbeat.
    pub(super) said: u32,
    /// The state of its topic lookup.
    pub(super) lookup: Lookup,
    /// An incomplete message.
    pub(super) input: Option<Box<Input>>,
    pub(super) backlog: Option<Box<Backlog>>,
    /// Whether it is in the queue of slow readers.
    pub(super) watched: bool,
    /// Whether the closing handshake has started.
    pub(super) leaving: bool,
    /// Counts the socket until it is dropped.
    pub(super) _place: SocketGuard,
}

/// A followed topic.
#[derive(Debug)]
pub(super) struct Follow {
    /// The index of the topic.
    pub(super) topic_id: usize,
    /// The index of this follower among the topic's followers.
    pub(super) seat: usize,
    /// The version that the follower was sent.
    pub(super) seen: u64,
}

/// The state of a topic lookup in the store.
#[derive(Debug, Default)]
pub(super) enum Lookup {
    /// No lookup is running.
    #[default]
    Idle,
    /// A lookup is running.
    Running,
    /// A lookup is running, and the client has asked for other topics meanwhile.
    Superseded(WantedTopics),
}

/// The unsent output of a client that does not read.
#[derive(Debug)]
pub(super) struct Backlog {
    tail: Vec<u8>,
    /// When the client last read something, or stopped reading.
    pub(super) since: Millis,
}

/// The result of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// The message counts as sent, even if the rest of it is still in the backlog.
    Sent,
    /// The client does not read; the rest is written when it does.
    Blocked,
    /// The connection is broken or must be dropped.
    Gone,
}

impl<W: Socket> Follower<W> {
    /// Whether a change must wait until the client reads.
    pub(super) fn is_blocked(&self) -> bool {
        self.backlog.is_some()
    }

    /// Writes a change, or nothing of it if the socket is full. If a part is written, the rest is
    /// queued. Must not be called while the follower is blocked.
    pub(super) fn send_change(&mut self, bytes: &[u8], now: Millis) -> Written {
        let written = match self.socket.write(bytes) {
            Ok(written) => written,
            Err(error) if is_full(&error) => {
                // Nothing is queued: when the client reads again, it gets the newest state.
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

    /// Sends a message that must not be lost: now, or after the unsent output.
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

    /// Continues to write the unsent output.
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
