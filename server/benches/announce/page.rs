//! An open page, which follows the announcements by socket or by long poll.

use std::{
    sync::{Arc, atomic::Ordering::SeqCst},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Semaphore,
    time::sleep,
};

use super::board::{Board, Way};

/// The most connections that are opened at once.
pub(super) const OPENING: usize = 64;

/// An open page.
pub(super) struct Page {
    pub(super) address: String,
    pub(super) board: Arc<Board>,
    /// The last version it has seen.
    pub(super) version: usize,
    /// The version at which it last reported that it waits.
    pub(super) waits_at: Option<usize>,
}

impl Page {
    fn waits(&mut self) {
        if self.waits_at != Some(self.version) {
            self.waits_at = Some(self.version);
            self.board.waiting[self.version].fetch_add(1, SeqCst);
        }
    }

    /// Records the version in a message about announcements, and ignores other messages.
    fn hear(&mut self, way: Way, message: &str) {
        let Some((_, news)) = message.split_once("\"news\":{\"version\":") else {
            return;
        };
        let at = Instant::now();
        let digits = news.split(|c: char| !c.is_ascii_digit()).next().unwrap();
        self.version = digits.parse().unwrap();
        self.board.told[self.version]
            .lock()
            .unwrap()
            .push((way, at));
    }

    /// Opens a connection. Only [`OPENING`] pages do so at once, because a rush of new connections
    /// is not what is measured here.
    async fn connect(&self, opening: &Semaphore) -> TcpStream {
        let _place = opening.acquire().await.unwrap();
        TcpStream::connect(&self.address).await.unwrap()
    }

    pub(super) async fn follow_by_socket(mut self, opening: &Semaphore) {
        let mut stream = self.connect(opening).await;
        let ask = format!(
            "GET /live?seen=@news:0 HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            self.address
        );
        stream.write_all(ask.as_bytes()).await.unwrap();
        // A heartbeat may arrive together with the head.
        let head = read_until(&mut stream, |said| said.contains("\r\n\r\n")).await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        // An empty pong frame, masked with zeros.
        let pong = [0x8a, 0x80, 0, 0, 0, 0];
        loop {
            self.waits();
            // Each message is one short frame, which arrives in one piece over loopback.
            let said = read_until(&mut stream, |said| !said.is_empty()).await;
            if said.contains("{}") {
                stream.write_all(&pong).await.unwrap();
            }
            self.hear(Way::Socket, &said);
        }
    }

    pub(super) async fn follow_by_poll(mut self, opening: &Semaphore) {
        let mut stream = self.connect(opening).await;
        loop {
            let ask = format!(
                "GET /live?seen=@news:{} HTTP/1.1\r\nHost: {}\r\n\r\n",
                self.version, self.address
            );
            stream.write_all(ask.as_bytes()).await.unwrap();
            // The headers arrive when the wait begins; the body, one object, arrives when it ends.
            let mut said = read_until(&mut stream, |said| said.contains("\r\n\r\n")).await;
            assert!(said.starts_with("HTTP/1.1 200"), "{said}");
            if !said.contains('{') {
                self.waits();
            }
            while !is_whole(&said) {
                said += &read_until(&mut stream, |said| !said.is_empty()).await;
            }
            self.hear(Way::Poll, &said);
            let pace = said
                .split_once("\"pace_ms\":")
                .map_or("0", |(_, pace)| pace);
            let pace = pace.split(|c: char| !c.is_ascii_digit()).next().unwrap();
            let pace = rand::random_range(0..=pace.parse::<u64>().unwrap());
            sleep(Duration::from_millis(pace)).await;
        }
    }
}

/// Whether an answer is complete, by its length or by its last, empty chunk.
fn is_whole(answer: &str) -> bool {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    match head.split_once("content-length: ") {
        Some((_, length)) => {
            let length = length.lines().next().unwrap();
            body.len() == length.parse::<usize>().unwrap()
        }
        None => body.ends_with("0\r\n\r\n"),
    }
}

/// Reads until `enough` is true of the text so far.
pub(super) async fn read_until(stream: &mut TcpStream, enough: impl Fn(&str) -> bool) -> String {
    let (mut said, mut buffer) = (String::new(), [0; 2_048]);
    while !enough(&said) {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "a page stays connected after {said:?}");
        said.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    said
}
