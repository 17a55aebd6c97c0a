//! What a connection is doing now. The service records it for the stream, which enforces deadlines.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{Response, StatusCode},
};
use hyper::body::{Frame, SizeHint};

/// The connection is between two requests.
const IDLE: u8 = 0;
/// The head of a request is arriving.
const HEAD: u8 = 1;
/// A request is being answered, or the connection has become a WebSocket.
const REQUEST: u8 = 2;

/// The state of a connection. A new connection waits for the head of its first request.
#[derive(Debug)]
pub(crate) struct Exchange(AtomicU8);

impl Default for Exchange {
    fn default() -> Self {
        Self(AtomicU8::new(HEAD))
    }
}

impl Exchange {
    /// Records that the head is complete.
    pub(crate) fn begin_request(&self) {
        self.0.store(REQUEST, Relaxed);
    }

    /// Records that the next head begins, if the connection was idle. Returns whether it was. If
    /// not, the bytes belong to a body, or to a pipelined request.
    pub(super) fn begin_head(&self) -> bool {
        let begun = self.0.compare_exchange(IDLE, HEAD, Relaxed, Relaxed);
        begun.is_ok()
    }

    pub(super) fn is_in_head(&self) -> bool {
        self.0.load(Relaxed) == HEAD
    }

    /// Makes the connection idle once this answer is sent, unless it becomes a WebSocket.
    pub(crate) fn until_sent(self: Arc<Self>, answer: Response<Body>) -> Response<Body> {
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            return answer;
        }
        let exchange = self;
        answer.map(|body| Body::new(Answering { body, exchange }))
    }
}

/// The body of an answer. Dropping it makes the connection idle.
struct Answering {
    body: Body,
    exchange: Arc<Exchange>,
}

impl HttpBody for Answering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.exchange.0.store(IDLE, Relaxed);
    }
}
