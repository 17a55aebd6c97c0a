//! Deadlines for clients, so that slow ones cannot use up all connections.

/// Deadlines for a request's body.
mod body;
/// What a connection is doing now.
mod exchange;
/// Deadlines for a request's head, and for reading an answer.
mod stream;

use std::time::Duration;

pub(crate) use body::{TimedBody, is_too_slow};
pub(crate) use exchange::Exchange;
pub(crate) use stream::TimedStream;

/// How long a request's head may take, from its first byte or the start of a new connection. If the
/// first bytes came before the previous answer was sent, the time starts with the next bytes.
pub(crate) const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// The longest pause within a request's body.
pub(crate) const BODY_CONTINUES_WITHIN: Duration = Duration::from_secs(15);
/// The time for a whole body, from the first read, however steadily it arrives.
pub(crate) const BODY_WITHIN: Duration = Duration::from_secs(60);
/// The longest time for which a client may read nothing of an answer.
pub(crate) const TAKEN_WITHIN: Duration = Duration::from_secs(30);
/// The longest time between two requests on a connection.
///
/// It is longer than the 60 s after which proxies close their idle connections, so that no proxy
/// sends a request on a connection that is being closed.
pub(crate) const IDLE: Duration = Duration::from_secs(75);
