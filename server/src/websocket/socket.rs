//! A socket with a task of its own.

use std::{collections::VecDeque, io, time::Duration};

use axum::response::Response;
use bytes::{Buf, BytesMut};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::timeout,
};
use tungstenite::protocol::frame::coding::CloseCode;

use super::{
    encode,
    frame::{Incoming, Input, Rules, Violation},
    handshake::Handshake,
};

/// How many bytes are read at a time.
const READ_AT_ONCE: usize = 16 * 1024;

/// A WebSocket on this connection. Nothing is queued for a client that does not read.
#[derive(Debug)]
pub(crate) struct WebSocket<S = TokioIo<Upgraded>> {
    stream: S,
    input: Input,
    scratch: Box<[u8]>,
    /// The messages that are decoded, but not returned by [`Self::receive`] yet.
    received: VecDeque<Incoming>,
    violation: Option<Violation>,
    /// The rest of what is being sent.
    unsent: BytesMut,
    /// Whether a close frame was sent.
    closed: bool,
    /// Whether the client's close frame has come. What follows is ignored.
    over: bool,
    /// Whether the client has violated the protocol. What follows cannot be decoded.
    undecodable: bool,
}

impl Handshake {
    /// Accepts the handshake, and serves the socket once the answer has gone out. A client that
    /// disconnects during the handshake is not reported.
    pub(crate) fn serve<F>(
        self,
        rules: &'static Rules,
        serve: impl FnOnce(WebSocket) -> F + Send + 'static,
    ) -> Response
    where
        F: Future<Output = ()> + Send,
    {
        let (response, upgrade) = self.switch();
        tokio::spawn(async move {
            if let Ok(upgraded) = upgrade.await {
                serve(WebSocket::new(TokioIo::new(upgraded), rules)).await;
            }
        });
        response
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> WebSocket<S> {
    pub(crate) fn new(stream: S, rules: &'static Rules) -> Self {
        Self {
            stream,
            input: Input::new(rules),
            scratch: vec![0; READ_AT_ONCE].into(),
            received: VecDeque::new(),
            violation: None,
            unsent: BytesMut::new(),
            closed: false,
            over: false,
            undecodable: false,
        }
    }

    /// What the client sends next; `None` when it has disconnected. Pings and the closing handshake
    /// are answered by the next call. The future can be dropped without losing anything.
    pub(crate) async fn receive(&mut self) -> Option<Result<Incoming, Violation>> {
        loop {
            self.flush().await.ok()?;
            if let Some(next) = self.received.pop_front() {
                self.answer(&next);
                return Some(Ok(next));
            }
            if let Some(violation) = self.violation.take() {
                return Some(Err(violation));
            }
            if self.over {
                return None;
            }
            let read = self.stream.read(&mut self.scratch).await.ok()?;
            if read == 0 {
                return None;
            }
            if self.undecodable {
                continue;
            }
            let received = &mut self.received;
            let decoded = self.input.take_in(&self.scratch[..read], |incoming| {
                received.push_back(incoming);
                Ok(())
            });
            if let Err(violation) = decoded {
                self.violation = Some(violation);
                self.undecodable = true;
            }
        }
    }

    /// Sends a frame completely. If the future is dropped, the rest is sent before the next frame.
    ///
    /// # Errors
    /// The client has disconnected.
    pub(crate) async fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        self.unsent.extend_from_slice(frame);
        self.flush().await
    }

    /// Closes with a reason, or answers the client's close frame. Waits at most this long until the
    /// client has received the close frame.
    pub(crate) async fn close(mut self, code: u16, reason: &str, within: Duration) {
        if !self.closed {
            self.closed = true;
            let farewell = encode::close(Some(CloseCode::from(code)), reason);
            self.unsent.extend_from_slice(&farewell);
        }
        let goodbye = async {
            self.flush().await?;
            if self.undecodable {
                self.stream.shutdown().await?;
            }
            // Closing with unread input would reset the connection, and lose the reason.
            while self.receive().await.is_some() {}
            self.stream.shutdown().await
        };
        // A failure is ignored, because the client may be gone.
        let _ = timeout(within, goodbye).await;
    }

    fn answer(&mut self, incoming: &Incoming) {
        match incoming {
            Incoming::Ping(payload) => self.unsent.extend_from_slice(&encode::pong(payload)),
            Incoming::Close(code) => {
                self.over = true;
                self.received.clear();
                self.violation = None;
                if !self.closed {
                    self.closed = true;
                    self.unsent.extend_from_slice(&encode::close(*code, ""));
                }
            }
            _ => {}
        }
    }

    async fn flush(&mut self) -> io::Result<()> {
        while !self.unsent.is_empty() {
            let written = self.stream.write(&self.unsent).await?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            self.unsent.advance(written);
        }
        self.stream.flush().await
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{DuplexStream, duplex};

    use super::*;
    use crate::websocket::frame::TEXT_ONLY;

    const AT_ONCE: Duration = Duration::from_secs(5);
    /// The text `x`, a ping, and a close frame with 1000, as a client sends them.
    const X: [u8; 7] = [0x81, 0x81, 0, 0, 0, 0, b'x'];
    const PING: [u8; 6] = [0x89, 0x80, 0, 0, 0, 0];
    const CLOSE: [u8; 8] = [0x88, 0x82, 0, 0, 0, 0, 3, 232];

    fn socket() -> (DuplexStream, WebSocket<DuplexStream>) {
        let (client, server) = duplex(64 * 1024);
        (client, WebSocket::new(server, &TEXT_ONLY))
    }

    /// Everything that the server has sent until it ended.
    async fn all(mut client: DuplexStream) -> Vec<u8> {
        let mut sent = Vec::new();
        client.read_to_end(&mut sent).await.unwrap();
        sent
    }

    #[tokio::test]
    async fn pings_and_the_closing_handshake_are_answered() {
        let (mut client, mut socket) = socket();
        let sent = [&X[..], &PING, &CLOSE, &X].concat();
        client.write_all(&sent).await.unwrap();
        let mut received = Vec::new();
        while let Some(Ok(incoming)) = socket.receive().await {
            received.push(incoming);
        }
        let expected = [
            Incoming::Text("x".to_owned()),
            Incoming::Ping(Vec::new()),
            Incoming::Close(Some(CloseCode::Normal)),
        ];
        assert_eq!(received, expected, "what follows a close frame is ignored");
        socket.close(1001, "not sent any more", AT_ONCE).await;
        assert_eq!(all(client).await, [0x8a, 0, 0x88, 2, 3, 232]);
    }

    #[tokio::test]
    async fn a_violation_comes_after_what_was_valid_and_closes_the_socket() {
        let (mut client, mut socket) = socket();
        // The second frame has a reserved bit set.
        let sent = [&X[..], &[0xc1, 0x80, 0, 0, 0, 0], &X].concat();
        client.write_all(&sent).await.unwrap();
        let first = socket.receive().await.unwrap();
        assert_eq!(first, Ok(Incoming::Text("x".to_owned())));
        let Violation { code, reason } = socket.receive().await.unwrap().unwrap_err();
        assert_eq!(code, CloseCode::Protocol);
        let (sent, ()) = tokio::join!(all(client), socket.close(code.into(), reason, AT_ONCE));
        assert_eq!(sent[..4], [0x88, 2 + reason.len() as u8, 3, 234]);
    }

    /// As in a `select!` in which another branch completes first.
    #[tokio::test]
    async fn receiving_can_be_interrupted_anywhere() {
        let (mut client, mut socket) = socket();
        for byte in X.into_iter().chain(PING) {
            let interrupted = timeout(Duration::ZERO, socket.receive()).await;
            assert!(interrupted.is_err(), "{interrupted:?}");
            client.write_u8(byte).await.unwrap();
            if byte == b'x' {
                let text = socket.receive().await.unwrap();
                assert_eq!(text, Ok(Incoming::Text("x".to_owned())));
            }
        }
        let ping = socket.receive().await.unwrap();
        assert_eq!(ping, Ok(Incoming::Ping(Vec::new())));
    }
}
