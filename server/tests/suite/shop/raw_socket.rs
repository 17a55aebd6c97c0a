//! A connection on which a test writes every byte itself.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::shop::helpers::{GUIDE, PATIENCE};

/// The first byte of each kind of frame. `TEXT_BEGINS`, `GOES_ON` and `ENDS` are fragments.
pub const TEXT: u8 = 0x81;
pub const TEXT_BEGINS: u8 = 0x01;
pub const GOES_ON: u8 = 0x00;
pub const ENDS: u8 = 0x80;
pub const BINARY: u8 = 0x82;
pub const CLOSE: u8 = 0x88;
pub const PING: u8 = 0x89;
pub const PONG: u8 = 0x8a;

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A frame as a client sends it.
pub fn frame(first: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let mut bytes = header(first, 0x80, payload.len());
    bytes.extend(MASK);
    let masked = payload.iter().zip(MASK.iter().cycle());
    bytes.extend(masked.map(|(byte, mask)| byte ^ mask));
    bytes
}

/// A frame without a mask, which only a server may send.
pub fn unmasked(first: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    [&header(first, 0, payload.len()), payload].concat()
}

/// The header of a frame with this length.
pub fn header(first: u8, masked: u8, length: usize) -> Vec<u8> {
    let mut bytes = vec![first];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ ..126), _) => bytes.push(masked | length),
        (_, Ok(length)) => {
            bytes.push(masked | 126);
            bytes.extend(length.to_be_bytes());
        }
        _ => {
            bytes.push(masked | 127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes
}

/// A request for a stream with these headers and `Host`.
pub fn request(address: SocketAddr, headers: &[&str]) -> String {
    request_for(&format!("/live?seen={GUIDE}:1"), address, headers)
}

fn request_for(path: &str, address: SocketAddr, headers: &[&str]) -> String {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{headers}\r\n")
}

pub const UPGRADE: [&str; 4] = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

/// Sends a request and some bytes after it. Returns the connection and the head of the answer.
pub async fn ask(address: SocketAddr, headers: &[&str], behind: &[u8]) -> (TcpStream, String) {
    send(address, &request(address, headers), behind).await
}

/// The same for another path, with nothing after the request.
pub async fn ask_for(path: &str, address: SocketAddr, headers: &[&str]) -> (TcpStream, String) {
    send(address, &request_for(path, address, headers), b"").await
}

async fn send(address: SocketAddr, request: &str, behind: &[u8]) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let bytes = [request.as_bytes(), behind].concat();
    stream.write_all(&bytes).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = timeout(PATIENCE, stream.read_u8()).await.unwrap();
        head.push(byte.unwrap());
    }
    (stream, String::from_utf8(head).unwrap())
}

/// Opens a WebSocket.
pub async fn open(address: SocketAddr) -> TcpStream {
    let (stream, head) = ask(address, &UPGRADE, b"").await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    stream
}

/// Everything that the server sends until the end, as `text …`, `pong …`, `close …`. Heartbeats and
/// the epoch are left out.
pub async fn read_all(stream: &mut (impl AsyncReadExt + Unpin)) -> Vec<String> {
    let mut bytes = Vec::new();
    let end = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
    end.expect("the server ends the connection").unwrap();
    let (mut said, mut rest) = (Vec::new(), bytes.as_slice());
    while let [first, length, behind @ ..] = rest {
        let (length, behind) = match length {
            126 => {
                let (length, behind) = behind.split_first_chunk().unwrap();
                (usize::from(u16::from_be_bytes(*length)), behind)
            }
            ..126 => (usize::from(*length), behind),
            _ => panic!("the server sent a masked or very long frame"),
        };
        let (payload, behind) = behind.split_at(length);
        rest = behind;
        said.push(match (*first, payload) {
            (PING, _) | (TEXT, b"{}") => continue,
            (TEXT, payload) if payload.starts_with(b"{\"epoch\":") => continue,
            (CLOSE, []) => "close".to_owned(),
            (CLOSE, [high, low, ..]) => format!("close {}", u16::from_be_bytes([*high, *low])),
            (PONG, payload) => format!("pong {}", payload.escape_ascii()),
            (TEXT, payload) => format!("text {}", std::str::from_utf8(payload).unwrap()),
            (other, _) => panic!("a frame that begins with {other:#x}"),
        });
    }
    said
}

/// Requests this path exactly as it is written. Returns the status and the whole answer.
pub async fn answer(address: SocketAddr, written: &str) -> (u16, String) {
    let request = format!(
        "GET {written} HTTP/1.1\r\nHost: {address}\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
    );
    answer_to(address, &request).await
}

/// Sends these bytes, after which the server closes the connection. Returns the status and the
/// whole answer.
pub async fn answer_to(address: SocketAddr, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    read.expect("an answer in time").unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer)
}
