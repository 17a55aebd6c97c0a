//! WebSockets (RFC 6455): one handshake and one reader of frames for every socket of the shop.

/// Encodes the frames of the shop.
pub(crate) mod encode;
/// Decodes the frames of a client.
///
/// It is stricter than the common libraries, which accept lengths that are not minimal, and check
/// text only when its last fragment has come. They also refuse close code 1014, which is valid.
pub(crate) mod frame;
/// Turns a request into a WebSocket.
pub(crate) mod handshake;
/// A socket with a task of its own, where there are few of them. The thousands that follow the
/// stock share the event loops of `live::push`.
pub(crate) mod socket;
/// Controls: what the library accepts without these rules.
#[cfg(test)]
mod unguarded;
