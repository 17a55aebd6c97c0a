//! Encodes WebSocket frames (RFC 6455, section 5).
//!
//! A server does not mask its frames, so one frame can be sent to all clients.

use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{CloseCode, Control, Data, OpCode},
};

/// A whole text message.
pub(crate) fn text(text: impl AsRef<[u8]>) -> Vec<u8> {
    frame(OpCode::Data(Data::Text), text.as_ref())
}

/// A whole binary message.
pub(crate) fn binary(bytes: &[u8]) -> Vec<u8> {
    frame(OpCode::Data(Data::Binary), bytes)
}

/// A ping.
pub(crate) fn ping() -> Vec<u8> {
    frame(OpCode::Control(Control::Ping), &[])
}

/// The answer to a ping.
pub(crate) fn pong(payload: &[u8]) -> Vec<u8> {
    frame(OpCode::Control(Control::Pong), payload)
}

/// The last frame. Without a code, it answers a close frame that had none.
pub(crate) fn close(code: Option<CloseCode>, reason: &str) -> Vec<u8> {
    let mut payload = Vec::new();
    if let Some(code) = code {
        payload.extend(u16::from(code).to_be_bytes());
        payload.extend(reason.as_bytes());
    }
    frame(OpCode::Control(Control::Close), &payload)
}

fn frame(opcode: OpCode, payload: &[u8]) -> Vec<u8> {
    let header = FrameHeader {
        opcode,
        ..FrameHeader::default()
    };
    let mut bytes = Vec::with_capacity(payload.len() + 10);
    header
        .format(payload.len() as u64, &mut bytes)
        .expect("writing to a Vec cannot fail");
    bytes.extend_from_slice(payload);
    bytes
}
