//! The events and effects of the connection's state machine.

/// Milliseconds of a clock that never goes back, but may jump ahead.
pub type Millis = u64;

/// How the page is connected, as its badge shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// The page connects for the first time.
    Connecting,
    /// Connected by WebSocket: changes arrive at once.
    Live,
    /// Connected by long poll: changes arrive a moment later.
    Polling,
    /// Connected, but the shop cannot read its data, so the page may be out of date.
    Stale,
    /// Not connected at the moment.
    Reconnecting,
    /// Not connected for a while, so the page may be out of date.
    Lost,
}

/// An event. A socket or a poll is identified by the number it was started with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The page has started or stopped following topics.
    Following(bool),
    /// The set of followed topics has changed, and is not empty.
    SeenChanged,
    /// The socket has received a message.
    Heard(u32),
    /// The server says that its data may be out of date, or no longer is.
    Stale(bool),
    /// The socket or poll with this number has said that the data has another epoch. Any other
    /// connection was opened to ask about the previous epoch.
    OtherEpoch(u32),
    /// The server will close the socket, and asks the page to reconnect after this long.
    RetryAfter(u32, Millis),
    /// The socket could not be opened, or has closed.
    Closed(u32),
    /// The server has accepted the poll, which is now pending.
    PollWaits(u32),
    /// The poll was answered, with the pace for the next one.
    PollAnswered(u32, Millis),
    /// The poll has failed.
    PollFailed(u32),
    /// The poll was refused, with the time after which to try again.
    PollRefused(u32, Millis),
    /// The page was shown or hidden.
    Visible(bool),
    /// The browser says that there is no network. Open connections are given up, and tried again as
    /// usual: the shop may be on this machine.
    Offline,
    /// The network is back. Open connections may be dead, and other machines reconnect too.
    Restored,
    /// The deadline has passed.
    Woken,
}

/// An effect, for the caller to carry out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Open a socket with this number, the versions seen and their epoch, and send a ping.
    OpenSocket(u32),
    /// Close the socket, and ignore its later events.
    CloseSocket(u32),
    /// Send the versions seen to the server.
    SendSeen(u32),
    /// Start a poll with this number.
    Poll(u32),
    /// Abort the poll.
    AbortPoll(u32),
    /// Show this connection on the page.
    Show(Connection),
}
