//! The shop's messages as WebSocket frames.
//!
//! A server does not mask its frames, so one frame can be sent to all clients.

use protocol::LiveMessage;

use crate::websocket::encode::{ping, text};
pub(super) use crate::websocket::{
    encode::{close, pong},
    frame::{Incoming, Input, LARGEST_MESSAGE, Violation},
};

/// A message as a text frame.
pub(super) fn message(message: &LiveMessage) -> Vec<u8> {
    text(serde_json::to_vec(message).expect("a message can always be serialized"))
}

/// The heartbeat: `{}` for the page, and a ping for the WebSocket layer.
pub(super) fn heartbeat() -> Vec<u8> {
    [message(&LiveMessage::default()), ping()].concat()
}
