//! WebSockets (RFC 6455): one handshake and one reader of frames for every socket of the shop.
//!
//! * `handshake`: turns a request into a WebSocket.
//! * `frame`: decodes the frames of a client; `encode`: encodes those of the shop.
//! * `socket`: a socket with a task of its own, where there are few of them. The thousands that
//!   follow the stock share the event loops of `live::push`.
//!
//! They are stricter than the common libraries, which take lengths that are not minimal, refuse
//! close code 1014, and check text when its last fragment has come.

pub(crate) mod encode;
pub(crate) mod frame;
pub(crate) mod handshake;
pub(crate) mod socket;
