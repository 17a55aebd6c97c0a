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
    unread: Vec<u8>,
}

/// A frame that a client was sent.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sent {
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
            unread: Vec::new(),
        })))
    }

    pub(super) fn set_time(&self, now: Millis) {
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

    pub(super) fn client_sends(&self, bytes: &[u8]) {
        self.0.borrow_mut().unread.extend_from_slice(bytes);
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

    /// Every complete frame that the server has written, with the time at which it was complete.
    pub(super) fn frames(&self) -> Vec<(Millis, Sent)> {
        let ends = self.0.borrow();
        let bytes: Vec<u8> = ends.written.iter().map(|(_, byte)| *byte).collect();
        let (mut frames, mut at) = (Vec::new(), 0);
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
            let frame = match header.opcode {
                OpCode::Data(_) => Sent::Message(serde_json::from_slice(payload).unwrap()),
                OpCode::Control(Control::Ping) => Sent::Ping,
                OpCode::Control(Control::Pong) => Sent::Pong,
                OpCode::Control(_) => {
                    let code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
                    Sent::Close(code.unwrap_or(1005))
                }
            };
            frames.push((ends.written[end - 1].0, frame));
            at = end;
        }
        frames
    }

    pub(super) fn messages(&self) -> Vec<(Millis, LiveMessage)> {
        let frames = self.frames().into_iter();
        let messages = frames.filter_map(|(at, frame)| match frame {
            Sent::Message(message) => Some((at, message)),
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
        if ends.unread.is_empty() {
            return Err(ErrorKind::WouldBlock.into());
        }
        let read = ends.unread.len().min(into.len());
        into[..read].copy_from_slice(&ends.unread[..read]);
        ends.unread.drain(..read);
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
