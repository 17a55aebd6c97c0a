//! The socket of a page: how long each of its states may last.

use super::Millis;

/// An opening socket that has received nothing after this time is given up.
pub(super) const OPENING_MS: Millis = 6_000;
/// An open socket without a message is given up after this time: two heartbeats of 20 s, plus 5 s.
pub(super) const SILENCE_MS: Millis = 45_000;

/// The socket of a page. There is never more than one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Socket {
    Closed { retry_at: Millis },
    Opening { id: u32, since: Millis },
    Open { id: u32, heard_at: Millis },
}

impl Socket {
    /// The number of a socket that is open or opening.
    pub(super) fn id(self) -> Option<u32> {
        match self {
            Self::Opening { id, .. } | Self::Open { id, .. } => Some(id),
            Self::Closed { .. } => None,
        }
    }

    /// When the socket is opened or given up, if nothing arrives before.
    pub(super) fn deadline(self) -> Millis {
        match self {
            Self::Closed { retry_at } => retry_at,
            Self::Opening { since, .. } => since + OPENING_MS,
            Self::Open { heard_at, .. } => heard_at + SILENCE_MS,
        }
    }

    /// The number of a socket on which nothing has arrived in time.
    pub(super) fn overdue(self, now: Millis) -> Option<u32> {
        self.id().filter(|_| now >= self.deadline())
    }
}
