//! WebSocket frames: encoding, and decoding a client's bytes (RFC 6455, section 5).
//!
//! A server does not mask its frames, so one frame can be sent to all clients.

use std::io::Cursor;

use protocol::LiveMessage;
use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{CloseCode, Control, Data, OpCode},
};

/// The largest message of a client: a hundred topics take at most 10 kB.
pub(super) const LARGEST_MESSAGE: usize = 16 * 1024;
/// The most fragments of a message, so that empty ones cannot continue for ever.
const MOST_FRAGMENTS: u32 = 400;
/// RFC 6455, section 5.5.
const LARGEST_CONTROL: u64 = 125;

/// A message as a text frame.
pub(super) fn message(message: &LiveMessage) -> Vec<u8> {
    let text = serde_json::to_vec(message).expect("a message can always be serialized");
    frame(OpCode::Data(Data::Text), &text)
}

/// The heartbeat: `{}` for the page, and a ping for the WebSocket layer.
pub(super) fn heartbeat() -> Vec<u8> {
    let ping = frame(OpCode::Control(Control::Ping), &[]);
    [message(&LiveMessage::default()), ping].concat()
}

/// The answer to a ping.
pub(super) fn pong(payload: &[u8]) -> Vec<u8> {
    frame(OpCode::Control(Control::Pong), payload)
}

/// The last frame. Without a code, it answers a close frame that had none.
pub(super) fn close(code: Option<CloseCode>, reason: &str) -> Vec<u8> {
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
    let mut bytes = Vec::with_capacity(payload.len() + 4);
    header
        .format(payload.len() as u64, &mut bytes)
        .expect("writing to a Vec cannot fail");
    bytes.extend_from_slice(payload);
    bytes
}

/// What a client has sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Incoming {
    /// A complete message.
    Text(String),
    /// To be answered with the same payload.
    Ping(Vec<u8>),
    /// The answer to a ping.
    Pong,
    /// A fragment of a message that continues.
    Fragment,
    /// The closing handshake, with this code.
    Close(Option<CloseCode>),
}

/// Why a client is disconnected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Violation {
    /// The code of RFC 6455, section 7.4.1.
    pub(super) code: CloseCode,
    /// The reason, for developers.
    pub(super) reason: &'static str,
}

const fn violation(code: CloseCode, reason: &'static str) -> Violation {
    Violation { code, reason }
}

/// An incomplete message. An idle client has none.
#[derive(Debug, Default)]
pub(super) struct Input {
    /// The beginning of a frame.
    bytes: Vec<u8>,
    /// The fragments of a message so far, or `None` between messages. Together with the beginning
    /// of the next frame, they are never larger than the largest message.
    message: Option<Vec<u8>>,
    fragments: u32,
}

impl Input {
    /// Whether nothing is pending, so that this may be dropped.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.message.is_none()
    }

    /// Decodes bytes, and passes on the complete messages in order.
    ///
    /// # Errors
    /// The first [`Violation`]. What follows it is ignored.
    pub(super) fn take_in(
        &mut self,
        new: &[u8],
        mut heard: impl FnMut(Incoming) -> Result<(), Violation>,
    ) -> Result<(), Violation> {
        let mut pending = std::mem::take(&mut self.bytes);
        pending.extend_from_slice(new);
        let mut rest = pending.as_mut_slice();
        while let Some((header, length)) = header_of(rest)? {
            self.check(&header, length.payload)?;
            let whole = length.header + length.payload;
            if rest.len() < whole {
                break;
            }
            let (frame, behind) = rest.split_at_mut(whole);
            rest = behind;
            let payload = &mut frame[length.header..];
            unmask(payload, header.mask.unwrap_or_default());
            heard(self.frame(&header, payload)?)?;
        }
        self.bytes = rest.to_vec();
        Ok(())
    }

    /// Checks a frame before its payload has arrived.
    fn check(&self, header: &FrameHeader, payload: usize) -> Result<(), Violation> {
        let so_far = self.message.as_ref().map_or(0, Vec::len);
        match (header.opcode, &self.message) {
            (OpCode::Control(_), _) => Ok(()),
            (OpCode::Data(Data::Continue), None) => Err(violation(
                CloseCode::Protocol,
                "a continuation without a message",
            )),
            (OpCode::Data(Data::Text | Data::Binary), Some(_)) => Err(violation(
                CloseCode::Protocol,
                "a message inside a fragmented message",
            )),
            (OpCode::Data(Data::Binary), None) => {
                Err(violation(CloseCode::Unsupported, "only text is accepted"))
            }
            _ if so_far + payload > LARGEST_MESSAGE => {
                Err(violation(CloseCode::Size, "the message is too large"))
            }
            _ if self.fragments >= MOST_FRAGMENTS => {
                Err(violation(CloseCode::Policy, "too many fragments"))
            }
            _ => Ok(()),
        }
    }

    fn frame(&mut self, header: &FrameHeader, payload: &[u8]) -> Result<Incoming, Violation> {
        match header.opcode {
            OpCode::Control(Control::Ping) => Ok(Incoming::Ping(payload.to_vec())),
            OpCode::Control(Control::Pong) => Ok(Incoming::Pong),
            OpCode::Control(_) => close_code(payload).map(Incoming::Close),
            OpCode::Data(_) => {
                let message = self.message.get_or_insert_default();
                message.reserve_exact(payload.len());
                message.extend_from_slice(payload);
                self.fragments += 1;
                self.end_of_fragment(header.is_final)
            }
        }
    }

    fn end_of_fragment(&mut self, last: bool) -> Result<Incoming, Violation> {
        if !last {
            return Ok(Incoming::Fragment);
        }
        self.fragments = 0;
        String::from_utf8(self.message.take().unwrap_or_default())
            .map(Incoming::Text)
            .map_err(|_| violation(CloseCode::Invalid, "not UTF-8"))
    }
}

struct Length {
    header: usize,
    payload: usize,
}

/// The header at the front, if it is complete. The length is checked before the payload is awaited.
fn header_of(bytes: &[u8]) -> Result<Option<(FrameHeader, Length)>, Violation> {
    let mut cursor = Cursor::new(bytes);
    let Some((header, payload)) = FrameHeader::parse(&mut cursor)
        .map_err(|_| violation(CloseCode::Protocol, "unknown kind of frame"))?
    else {
        return Ok(None);
    };
    if header.mask.is_none() {
        return Err(violation(
            CloseCode::Protocol,
            "frames of a client must be masked",
        ));
    }
    if header.rsv1 || header.rsv2 || header.rsv3 {
        return Err(violation(
            CloseCode::Protocol,
            "no extension was negotiated",
        ));
    }
    if matches!(header.opcode, OpCode::Control(_))
        && (payload > LARGEST_CONTROL || !header.is_final)
    {
        return Err(violation(
            CloseCode::Protocol,
            "a control frame must be short and unfragmented",
        ));
    }
    let payload = usize::try_from(payload).unwrap_or(usize::MAX);
    if payload > LARGEST_MESSAGE {
        return Err(violation(CloseCode::Size, "the message is too large"));
    }
    let length = Length {
        header: usize::try_from(cursor.position()).unwrap_or(usize::MAX),
        payload,
    };
    Ok(Some((header, length)))
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    for (byte, mask) in payload.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

fn close_code(payload: &[u8]) -> Result<Option<CloseCode>, Violation> {
    match payload {
        [] => Ok(None),
        [high, low, reason @ ..] => {
            let code = CloseCode::from(u16::from_be_bytes([*high, *low]));
            if !code.is_allowed() {
                return Err(violation(CloseCode::Protocol, "invalid close code"));
            }
            match std::str::from_utf8(reason) {
                Ok(_) => Ok(Some(code)),
                Err(_) => Err(violation(CloseCode::Invalid, "not UTF-8")),
            }
        }
        [_] => Err(violation(CloseCode::Protocol, "incomplete close code")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let length = u16::try_from(payload.len()).unwrap().to_be_bytes();
        let header = [first, 0x80 | 126, length[0], length[1], 0, 0, 0, 0];
        [&header, payload].concat()
    }

    const BEGINS: u8 = 0x01;
    const GOES_ON: u8 = 0x00;

    fn take_in(input: &mut Input, bytes: &[u8]) -> Result<(), CloseCode> {
        let outcome = input.take_in(bytes, |_| Ok(()));
        outcome.map_err(|violation| violation.code)
    }

    /// Sent slowly, so that the flood limit does not apply.
    #[test]
    fn the_number_of_fragments_is_limited() {
        let mut input = Input::default();
        take_in(&mut input, &client_frame(BEGINS, b"")).unwrap();
        for _ in 1..MOST_FRAGMENTS {
            take_in(&mut input, &client_frame(GOES_ON, b"")).unwrap();
        }
        let more = take_in(&mut input, &client_frame(GOES_ON, b""));
        assert_eq!(more, Err(CloseCode::Policy));
    }

    /// Whether the message or one of its frames is incomplete.
    #[test]
    fn an_incomplete_message_is_limited_in_size() {
        for first in [1, LARGEST_MESSAGE / 2, LARGEST_MESSAGE] {
            let mut input = Input::default();
            let begun = client_frame(BEGINS, &vec![b'x'; first]);
            take_in(&mut input, &begun[..begun.len() - 1]).unwrap();
            take_in(&mut input, &begun[begun.len() - 1..]).unwrap();
            let rest = client_frame(GOES_ON, &vec![b'x'; LARGEST_MESSAGE - first]);
            for byte in &rest[..rest.len() - 1] {
                take_in(&mut input, std::slice::from_ref(byte)).unwrap();
            }
            let message = input.message.as_ref().map_or(0, Vec::capacity);
            let kept = message + input.bytes.capacity();
            assert!(kept <= LARGEST_MESSAGE + 16, "{first}: {kept}");
        }
    }
}
