//! What the machine is told, and what it answers.

/// Milliseconds on any clock that only goes forward, but may jump ahead.
pub type Millis = u64;

/// How the page is connected, as it says to whoever looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Not yet.
    Connecting,
    /// By socket: changes arrive as they happen.
    Live,
    /// By long poll: the same, a moment later.
    Polling,
    /// In either way, but the shop cannot read its data: what the page shows may be old.
    Stale,
    /// Not now.
    Reconnecting,
    /// Not for a while: what the page shows may be old.
    Lost,
}

impl Connection {
    /// Whether there is a way to the shop.
    #[must_use]
    pub fn works(self) -> bool {
        matches!(self, Self::Live | Self::Polling | Self::Stale)
    }
}

/// What has happened. A socket or a poll is named by the number it was begun with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// There is something to follow now, or no longer.
    Following(bool),
    /// The set of books has changed while there was something to follow.
    SeenChanged,
    /// The socket has said something.
    Heard(u32),
    /// The server has said that what it knows may be old, or no longer.
    Stale(bool),
    /// The server will close the socket and asks to come back after this long.
    RetryAfter(u32, Millis),
    /// The socket could not be opened, or has closed.
    Closed(u32),
    /// The poll has been accepted and waits.
    PollWaits(u32),
    /// The poll has its answer, and asks for this pace.
    PollAnswered(u32, Millis),
    /// The poll has failed.
    PollFailed(u32),
    /// The poll was refused, and asks to come back after this long.
    PollRefused(u32, Millis),
    /// The page is in view, or no longer.
    Visible(bool),
    /// The network is back, for everybody in the house: whatever was open may be dead.
    Restored,
    /// Whatever is open was opened for somebody else.
    Renewed,
    /// The deadline has come.
    Woken,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Open a socket under this number, telling what has been seen, and ask it to speak.
    OpenSocket(u32),
    /// Close it; what it says from now on is not heard.
    CloseSocket(u32),
    /// Tell the socket what has been seen.
    SendSeen(u32),
    /// Poll under this number.
    Poll(u32),
    /// Leave that poll.
    AbortPoll(u32),
    /// Say so.
    Show(Connection),
}
