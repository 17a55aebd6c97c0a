//! How long a client may take, so that slow ones cannot hold every place.
//!
//! * `stream`: the time for a request's head, and for the next bytes of an answer to be taken.
//! * `body`: the time for a request's body. `exchange`: what a connection is doing now.
//!
//! A client has 75 s between two requests: longer than the 60 s after which proxies close their
//! idle connections, so that no request is sent into one that is being closed.

mod body;
mod exchange;
mod stream;

use std::time::Duration;

pub(crate) use body::{TimedBody, is_too_slow};
pub(crate) use exchange::Exchange;
pub(crate) use stream::TimedStream;

/// A request's head, from its first byte. On a new connection, from the start; after a client has
/// begun it ahead of an answer, from the next byte.
pub(crate) const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// The next bytes of a request's body.
pub(crate) const BODY_CONTINUES_WITHIN: Duration = Duration::from_secs(15);
/// A whole body, from when it is read, however steadily it comes.
pub(crate) const BODY_WITHIN: Duration = Duration::from_secs(60);
/// The next bytes of an answer are taken by the client.
pub(crate) const TAKEN_WITHIN: Duration = Duration::from_secs(30);
/// The next request on a connection.
pub(crate) const IDLE: Duration = Duration::from_secs(75);
