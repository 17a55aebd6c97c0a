//! WebSocket frames: what is written, ready to be sent as it is, and what is read
//! from a client's bytes (RFC 6455, section 5).
//!
//! Frames of a server are not masked, so one that is built once serves everyone.

use std::io::Cursor;

use protocol::LiveMessage;
use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{CloseCode, Control, Data, OpCode},
};

/// The largest message of a client: a hundred topics take 10 kB at the most.
pub(super) const LARGEST_MESSAGE: usize = 16 * 1024;
/// And in so many fragments at the most, that nobody sends empty ones for ever.
const MOST_FRAGMENTS: u32 = 400;
/// RFC 6455, section 5.5.
const LARGEST_CONTROL: u64 = 125;

/// A message as a text frame.
pub(super) fn message(message: &LiveMessage) -> Vec<u8> {
    let text = serde_json::to_vec(message).expect("a message is plain data");
    frame(OpCode::Data(Data::Text), &text)
}

/// The heartbeat: `{}` for the page, and a ping for whatever is underneath.
pub(super) fn heartbeat() -> Vec<u8> {
    let ping = frame(OpCode::Control(Control::Ping), &[]);
    [message(&LiveMessage::default()), ping].concat()
}

/// The answer to a ping.
pub(super) fn pong(payload: &[u8]) -> Vec<u8> {
    frame(OpCode::Control(Control::Pong), payload)
}

/// The last frame. Without a code it answers one that had none.
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
        .expect("a Vec takes all that is written");
    bytes.extend_from_slice(payload);
    bytes
}

/// What a client has said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Incoming {
    /// A whole message.
    Text(String),
    /// To be answered with the same payload.
    Ping(Vec<u8>),
    /// Somebody is there.
    Pong,
    /// A piece of a message that goes on.
    Fragment,
    /// It wants to end, with this code.
    Close(Option<CloseCode>),
}

/// Why a client is sent away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Violation {
    /// As RFC 6455, section 7.4.1 has it.
    pub(super) code: CloseCode,
    /// For a person who looks at it.
    pub(super) reason: &'static str,
}

const fn violation(code: CloseCode, reason: &'static str) -> Violation {
    Violation { code, reason }
}

/// What has come of a message that is not whole yet. Nobody has one while idle.
#[derive(Debug, Default)]
pub(super) struct Input {
    /// The beginning of a frame.
    bytes: Vec<u8>,
    /// The fragments of a message so far; none if no message has begun. Together
    /// with the beginning of the next they are never more than the largest message.
    message: Option<Vec<u8>>,
    fragments: u32,
}

impl Input {
    /// Whether nothing is pending, so that this may be dropped.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.message.is_none()
    }

    /// Takes in bytes and hands on what they make, in order.
    ///
    /// # Errors
    /// The first [`Violation`]; what comes after it is of no interest.
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

    /// What can be said against a frame before its payload has come.
    fn check(&self, header: &FrameHeader, payload: usize) -> Result<(), Violation> {
        let so_far = self.message.as_ref().map_or(0, Vec::len);
        match (header.opcode, &self.message) {
            (OpCode::Control(_), _) => Ok(()),
            (OpCode::Data(Data::Continue), None) => {
                Err(violation(CloseCode::Protocol, "nothing to be continued"))
            }
            (OpCode::Data(Data::Text | Data::Binary), Some(_)) => {
                Err(violation(CloseCode::Protocol, "a message within a message"))
            }
            (OpCode::Data(Data::Binary), None) => {
                Err(violation(CloseCode::Unsupported, "text only"))
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

/// The header at the front, where it is whole. What it announces is checked
/// before anything is waited for.
fn header_of(bytes: &[u8]) -> Result<Option<(FrameHeader, Length)>, Violation> {
    let mut cursor = Cursor::new(bytes);
    let Some((header, payload)) = FrameHeader::parse(&mut cursor)
        .map_err(|_| violation(CloseCode::Protocol, "no such kind of frame"))?
    else {
        return Ok(None);
    };
    if header.mask.is_none() {
        return Err(violation(CloseCode::Protocol, "a client masks its frames"));
    }
    if header.rsv1 || header.rsv2 || header.rsv3 {
        return Err(violation(CloseCode::Protocol, "no extension was agreed on"));
    }
    if matches!(header.opcode, OpCode::Control(_))
        && (payload > LARGEST_CONTROL || !header.is_final)
    {
        return Err(violation(
            CloseCode::Protocol,
            "a control frame is short and whole",
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
                return Err(violation(CloseCode::Protocol, "no such code"));
            }
            match std::str::from_utf8(reason) {
                Ok(_) => Ok(Some(code)),
                Err(_) => Err(violation(CloseCode::Invalid, "not UTF-8")),
            }
        }
        [_] => Err(violation(CloseCode::Protocol, "half a code")),
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

    /// However slowly, so that it is no flood.
    #[test]
    fn empty_fragments_come_to_an_end() {
        let mut input = Input::default();
        take_in(&mut input, &client_frame(BEGINS, b"")).unwrap();
        for _ in 1..MOST_FRAGMENTS {
            take_in(&mut input, &client_frame(GOES_ON, b"")).unwrap();
        }
        let more = take_in(&mut input, &client_frame(GOES_ON, b""));
        assert_eq!(more, Err(CloseCode::Policy));
    }

    /// Whatever is half said, in the message or in a frame of it.
    #[test]
    fn half_a_message_takes_no_more_than_a_whole_one() {
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
