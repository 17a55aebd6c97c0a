//! Decodes the WebSocket frames of a client (RFC 6455, section 5).

use std::io::Cursor;

use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{CloseCode, Control, Data, OpCode},
};

/// The largest message of a page: a hundred topics take at most 10 kB.
pub(crate) const LARGEST_MESSAGE: usize = 16 * 1024;
/// The most fragments of a message, so that empty ones cannot continue for ever.
const MOST_FRAGMENTS: u32 = 400;
/// The largest payload of a control frame (RFC 6455, section 5.5).
const LARGEST_CONTROL: u64 = 125;
/// The close code of a gateway that could not reach the server. It was registered after RFC 6455,
/// and is unknown to the library.
const BAD_GATEWAY: u16 = 1014;

/// What a socket accepts.
#[derive(Debug)]
pub(crate) struct Rules {
    /// The largest message, in bytes.
    pub(crate) largest: usize,
    /// Whether messages may be binary.
    pub(crate) binary: bool,
}

/// The rules of a socket with pages.
pub(crate) static TEXT_ONLY: Rules = Rules {
    largest: LARGEST_MESSAGE,
    binary: false,
};

/// What a client has sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Incoming {
    /// A complete text message.
    Text(String),
    /// A complete binary message.
    Binary(Vec<u8>),
    /// A ping, to be answered with the same payload.
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
pub(crate) struct Violation {
    /// The code of RFC 6455, section 7.4.1.
    pub(crate) code: CloseCode,
    /// The reason, for developers.
    pub(crate) reason: &'static str,
}

const fn violation(code: CloseCode, reason: &'static str) -> Violation {
    Violation { code, reason }
}

const NOT_UTF_8: Violation = violation(CloseCode::Invalid, "not UTF-8");

/// The incomplete input of a client. An idle client needs none.
#[derive(Debug)]
pub(crate) struct Input {
    rules: &'static Rules,
    /// The beginning of an incomplete frame.
    bytes: Vec<u8>,
    /// The fragments of a message so far, or `None` between messages. Together with the beginning
    /// of the next frame, they are never larger than the largest message.
    message: Option<Partial>,
}

/// A message whose last fragment has not come.
#[derive(Debug, Default)]
struct Partial {
    bytes: Vec<u8>,
    is_binary: bool,
    fragments: u32,
    /// How many of the bytes are known to be UTF-8.
    valid: usize,
}

impl Default for Input {
    fn default() -> Self {
        Self::new(&TEXT_ONLY)
    }
}

impl Input {
    /// The input of a socket with these rules.
    pub(crate) fn new(rules: &'static Rules) -> Self {
        let (bytes, message) = (Vec::new(), None);
        Self {
            rules,
            bytes,
            message,
        }
    }

    /// Whether nothing is pending, so that the input may be dropped.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.message.is_none()
    }

    /// Decodes bytes, and passes on the complete messages in order.
    ///
    /// # Errors
    /// The first [`Violation`]. What follows it is ignored.
    pub(crate) fn take_in(
        &mut self,
        new: &[u8],
        mut pass_on: impl FnMut(Incoming) -> Result<(), Violation>,
    ) -> Result<(), Violation> {
        let mut pending = std::mem::take(&mut self.bytes);
        pending.reserve_exact(new.len());
        pending.extend_from_slice(new);
        let mut done = 0;
        while let Some((header, length)) = header_of(&pending[done..], self.rules)? {
            self.check(&header, length.payload)?;
            let (from, end) = (done + length.header, done + length.header + length.payload);
            let Some(payload) = pending.get_mut(from..end) else {
                break;
            };
            done = end;
            unmask(payload, header.mask.unwrap_or_default());
            pass_on(self.frame(&header, payload)?)?;
        }
        self.bytes = match done {
            0 => pending,
            _ => pending[done..].to_vec(),
        };
        Ok(())
    }

    /// Checks a frame before its payload has arrived.
    fn check(&self, header: &FrameHeader, payload: usize) -> Result<(), Violation> {
        let partial = self.message.as_ref();
        let so_far = partial.map_or(0, |message| message.bytes.len());
        match (header.opcode, partial) {
            (OpCode::Control(_), _) => Ok(()),
            (OpCode::Data(Data::Continue), None) => Err(violation(
                CloseCode::Protocol,
                "a continuation without a message",
            )),
            (OpCode::Data(Data::Text | Data::Binary), Some(_)) => Err(violation(
                CloseCode::Protocol,
                "a message inside a fragmented message",
            )),
            (OpCode::Data(Data::Binary), None) if !self.rules.binary => {
                Err(violation(CloseCode::Unsupported, "only text is accepted"))
            }
            _ if so_far + payload > self.rules.largest => {
                Err(violation(CloseCode::Size, "the message is too large"))
            }
            _ if partial.is_some_and(|message| message.fragments >= MOST_FRAGMENTS) => {
                Err(violation(CloseCode::Policy, "too many fragments"))
            }
            _ => Ok(()),
        }
    }

    fn frame(&mut self, header: &FrameHeader, payload: &[u8]) -> Result<Incoming, Violation> {
        let mut message = match header.opcode {
            OpCode::Control(Control::Ping) => return Ok(Incoming::Ping(payload.to_vec())),
            OpCode::Control(Control::Pong) => return Ok(Incoming::Pong),
            OpCode::Control(_) => return close_code(payload).map(Incoming::Close),
            OpCode::Data(kind) => self.message.take().unwrap_or_else(|| Partial {
                is_binary: kind == Data::Binary,
                ..Partial::default()
            }),
        };
        message.add(payload)?;
        if !header.is_final {
            self.message = Some(message);
            return Ok(Incoming::Fragment);
        }
        match message.is_binary {
            true => Ok(Incoming::Binary(message.bytes)),
            false => String::from_utf8(message.bytes)
                .map(Incoming::Text)
                .map_err(|_| NOT_UTF_8),
        }
    }
}

impl Partial {
    /// Adds a fragment. Text is checked at once, so that it is refused before the rest has come.
    fn add(&mut self, payload: &[u8]) -> Result<(), Violation> {
        self.bytes.reserve_exact(payload.len());
        self.bytes.extend_from_slice(payload);
        self.fragments += 1;
        if self.is_binary {
            return Ok(());
        }
        match std::str::from_utf8(&self.bytes[self.valid..]) {
            Ok(text) => self.valid += text.len(),
            // The last character may continue in the next fragment.
            Err(error) if error.error_len().is_none() => self.valid += error.valid_up_to(),
            Err(_) => return Err(NOT_UTF_8),
        }
        Ok(())
    }
}

struct Length {
    header: usize,
    payload: usize,
}

/// The header at the front, if it is complete. The length is checked before the payload is awaited.
fn header_of(bytes: &[u8], rules: &Rules) -> Result<Option<(FrameHeader, Length)>, Violation> {
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
    let length = Length {
        header: usize::try_from(cursor.position()).unwrap_or(usize::MAX),
        payload: usize::try_from(payload).unwrap_or(usize::MAX),
    };
    // RFC 6455, section 5.2: a length takes as few bytes as possible, and its highest bit is 0.
    if length.header != header.len(payload) || payload > i64::MAX as u64 {
        return Err(violation(CloseCode::Protocol, "an invalid length"));
    }
    if length.payload > rules.largest {
        return Err(violation(CloseCode::Size, "the message is too large"));
    }
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
            if !code.is_allowed() && u16::from(code) != BAD_GATEWAY {
                return Err(violation(CloseCode::Protocol, "invalid close code"));
            }
            match std::str::from_utf8(reason) {
                Ok(_) => Ok(Some(code)),
                Err(_) => Err(NOT_UTF_8),
            }
        }
        [_] => Err(violation(CloseCode::Protocol, "incomplete close code")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let length = u16::try_from(payload.len()).unwrap();
        let [high, low] = length.to_be_bytes();
        let header = match length {
            ..126 => vec![first, 0x80 | low],
            _ => vec![first, 0x80 | 126, high, low],
        };
        [&header, &[0; 4][..], payload].concat()
    }

    const BEGINS: u8 = 0x01;
    const GOES_ON: u8 = 0x00;

    fn take_in(input: &mut Input, bytes: &[u8]) -> Result<(), CloseCode> {
        let outcome = input.take_in(bytes, |_| Ok(()));
        outcome.map_err(|violation| violation.code)
    }

    /// This limit is for fragments that are sent slowly, to which the flood limit does not apply.
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

    /// The limit applies whether the message or one of its frames is incomplete.
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
            let message = input.message.as_ref();
            let message = message.map_or(0, |message| message.bytes.capacity());
            let kept = message + input.bytes.capacity();
            assert!(kept <= LARGEST_MESSAGE + 16, "{first}: {kept}");
        }
    }
}
