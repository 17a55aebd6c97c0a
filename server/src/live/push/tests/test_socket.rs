//! A socket that a test controls: it accepts a number of bytes, or breaks.

use std::{
    cell::RefCell,
    io::{self, Cursor, ErrorKind},
    rc::Rc,
};

use protocol::LiveMessage;
use tungstenite::protocol::frame::{
    FrameHeader,
    coding::{Control, OpCode},
};

use crate::live::push::{Millis, follower::Socket};

/// Both ends of the connection.
#[derive(Debug, Clone)]
pub(super) struct TestSocket(Rc<RefCell<Ends>>);

#[derive(Debug)]
struct Ends {
    now: Millis,
    /// The number of bytes that the socket still accepts.
    room: usize,
    broken: bool,
    finished: bool,
    abandoned: bool,
    /// The bytes that the server has written, each with its time.
    written: Vec<(Millis, u8)>,
    /// The bytes that the client has sent and the server has not read.
    said: Vec<u8>,
}

/// What a client was sent.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    Message(LiveMessage),
    Ping,
    Pong,
    Close(u16),
}

impl TestSocket {
    pub(super) fn new(now: Millis) -> Self {
        Self(Rc::new(RefCell::new(Ends {
            now,
            room: usize::MAX,
            broken: false,
            finished: false,
            abandoned: false,
            written: Vec::new(),
            said: Vec::new(),
        })))
    }

    pub(super) fn is_now(&self, now: Millis) {
        self.0.borrow_mut().now = now;
    }

    /// The client stops reading after this many bytes.
    pub(super) fn blocks_after(&self, bytes: usize) {
        self.0.borrow_mut().room = bytes;
    }

    pub(super) fn makes_room(&self, bytes: usize) {
        let mut ends = self.0.borrow_mut();
        ends.room = ends.room.saturating_add(bytes);
    }

    pub(super) fn breaks(&self) {
        self.0.borrow_mut().broken = true;
    }

    pub(super) fn says(&self, bytes: &[u8]) {
        self.0.borrow_mut().said.extend_from_slice(bytes);
    }

    pub(super) fn is_abandoned(&self) -> bool {
        self.0.borrow().abandoned
    }

    pub(super) fn is_finished(&self) -> bool {
        self.0.borrow().finished
    }

    /// The number of bytes that were written.
    pub(super) fn len(&self) -> usize {
        self.0.borrow().written.len()
    }

    /// Every complete frame, with the time at which it was complete.
    pub(super) fn said(&self) -> Vec<(Millis, Said)> {
        let ends = self.0.borrow();
        let bytes: Vec<u8> = ends.written.iter().map(|(_, byte)| *byte).collect();
        let (mut said, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            let mut cursor = Cursor::new(&bytes[at..]);
            let Some((header, length)) = FrameHeader::parse(&mut cursor).unwrap() else {
                break;
            };
            let begin = at + usize::try_from(cursor.position()).unwrap();
            let end = begin + usize::try_from(length).unwrap();
            let Some(payload) = bytes.get(begin..end) else {
                break;
            };
            assert!(header.is_final && header.mask.is_none());
            let what = match header.opcode {
                OpCode::Data(_) => Said::Message(serde_json::from_slice(payload).unwrap()),
                OpCode::Control(Control::Ping) => Said::Ping,
                OpCode::Control(Control::Pong) => Said::Pong,
                OpCode::Control(_) => {
                    let code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
                    Said::Close(code.unwrap_or(1005))
                }
            };
            said.push((ends.written[end - 1].0, what));
            at = end;
        }
        said
    }

    pub(super) fn messages(&self) -> Vec<(Millis, LiveMessage)> {
        let said = self.said().into_iter();
        let messages = said.filter_map(|(at, said)| match said {
            Said::Message(message) => Some((at, message)),
            _ => None,
        });
        messages.collect()
    }
}

impl Socket for TestSocket {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut ends = self.0.borrow_mut();
        if ends.broken {
            return Err(ErrorKind::ConnectionReset.into());
        }
        if ends.said.is_empty() {
            return Err(ErrorKind::WouldBlock.into());
        }
        let read = ends.said.len().min(into.len());
        into[..read].copy_from_slice(&ends.said[..read]);
        ends.said.drain(..read);
        Ok(read)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut ends = self.0.borrow_mut();
        if ends.broken || ends.finished {
            return Err(ErrorKind::BrokenPipe.into());
        }
        if ends.room == 0 {
            return Err(ErrorKind::WouldBlock.into());
        }
        let fits = bytes.len().min(ends.room);
        if ends.room != usize::MAX {
            ends.room -= fits;
        }
        let now = ends.now;
        ends.written.extend(bytes[..fits].iter().map(|b| (now, *b)));
        Ok(fits)
    }

    fn finish(&mut self) {
        self.0.borrow_mut().finished = true;
    }

    fn abandon(&mut self) {
        self.0.borrow_mut().abandoned = true;
    }
}

/// A frame as a client sends it, with a mask.
pub(super) fn client_frame(last: bool, opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [7, 11, 13, 17];
    let header = FrameHeader {
        is_final: last,
        opcode: opcode.into(),
        mask: Some(mask),
        ..FrameHeader::default()
    };
    let mut bytes = Vec::new();
    header.format(payload.len() as u64, &mut bytes).unwrap();
    let masked = payload.iter().zip(mask.iter().cycle());
    bytes.extend(masked.map(|(byte, mask)| byte ^ mask));
    bytes
}
