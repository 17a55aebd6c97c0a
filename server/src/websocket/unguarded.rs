//! Controls: the library's own handshake and reader of frames, which the server does not use, and a
//! reader without a limit.

use std::io::Cursor;

use axum::http::{Request, header};
use hyper::upgrade;
use tungstenite::{
    Message, WebSocket,
    handshake::server::create_response,
    protocol::{Role, frame::coding::CloseCode},
};

use super::{
    frame::{Incoming, Input, LARGEST_MESSAGE, Rules, TEXT_ONLY},
    handshake::Handshake,
};

/// A request for a socket with this key.
fn request(key: &str) -> Request<()> {
    let request = Request::get("/live")
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_VERSION, "13")
        .header(header::SEC_WEBSOCKET_KEY, key);
    request.body(()).unwrap()
}

#[test]
fn the_librarys_own_handshake_accepts_an_invalid_key() {
    for (key, is_valid) in [("dGhlIHNhbXBsZSBub25jZQ==", true), ("nonsense", false)] {
        let (mut parts, ()) = request(key).into_parts();
        parts.extensions.insert(upgrade::on(Request::new(())));
        assert_eq!(Handshake::of(&mut parts).is_ok(), is_valid, "{key}");
        assert!(create_response(&request(key)).is_ok(), "{key}");
    }
}

/// The first bytes of a whole text, and of a text in fragments.
const WHOLE: u8 = 0x81;
const BEGINS: u8 = 0x01;
const GOES_ON: u8 = 0x00;
const ENDS: u8 = 0x80;

/// A frame as a client sends it.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(payload.len()).unwrap().to_be_bytes();
    let header = match payload.len() {
        ..126 => vec![first, 0x80 | low],
        _ => vec![first, 0x80 | 126, high, low],
    };
    [&header, &[0; 4][..], payload].concat()
}

/// The text `x` in this many fragments.
fn in_fragments(fragments: usize) -> Vec<u8> {
    let between = (2..fragments).map(|_| frame(GOES_ON, b""));
    let all = [frame(BEGINS, b"x")].into_iter().chain(between);
    all.chain([frame(ENDS, b"")]).flatten().collect()
}

/// The first text that a client has sent, or why it is disconnected.
fn read(rules: &'static Rules, bytes: &[u8]) -> Result<String, CloseCode> {
    let mut text = String::new();
    let taken_in = Input::new(rules).take_in(bytes, |incoming| {
        if let Incoming::Text(said) = incoming {
            text = said;
        }
        Ok(())
    });
    taken_in.map_err(|violation| violation.code).map(|()| text)
}

/// The same by the library's own reader.
fn read_by_the_library(bytes: &[u8]) -> Option<String> {
    let stream = Cursor::new(bytes.to_vec());
    let mut socket = WebSocket::from_raw_socket(stream, Role::Server, None);
    match socket.read() {
        Ok(Message::Text(text)) => Some(text.to_string()),
        _ => None,
    }
}

#[test]
fn the_librarys_own_reader_accepts_what_ours_refuses() {
    let large = "x".repeat(LARGEST_MESSAGE + 1);
    // A length in more bytes than it needs.
    let odd = vec![WHOLE, 0x80 | 126, 0, 1, 0, 0, 0, 0, b'x'];
    for (sent, text, code) in [
        (odd, "x", CloseCode::Protocol),
        (frame(WHOLE, large.as_bytes()), &*large, CloseCode::Size),
        (in_fragments(1_000), "x", CloseCode::Policy),
    ] {
        assert_eq!(read(&TEXT_ONLY, &sent), Err(code));
        assert_eq!(read_by_the_library(&sent).as_deref(), Some(text), "{code}");
    }
}

#[test]
fn without_a_largest_message_a_client_fills_the_memory() {
    static BOUNDLESS: Rules = Rules {
        largest: usize::MAX,
        binary: false,
    };
    let fragment = frame(GOES_ON, &[b'x'; LARGEST_MESSAGE]);
    let large = [frame(BEGINS, b""), fragment.repeat(100), frame(ENDS, b"")].concat();
    assert_eq!(read(&TEXT_ONLY, &large), Err(CloseCode::Size));
    let text = read(&BOUNDLESS, &large).unwrap();
    assert_eq!(text.len(), 100 * LARGEST_MESSAGE);
}
