//! What a connection is doing now: the service knows, and its stream has to.

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

/// Between two requests.
const IDLE: u8 = 0;
/// The head of a request is arriving.
const HEAD: u8 = 1;
/// A request is being answered, or the connection has become a WebSocket.
const REQUEST: u8 = 2;

/// The state of a connection. A new one waits for its first head.
#[derive(Debug)]
pub(crate) struct Exchange(AtomicU8);

impl Default for Exchange {
    fn default() -> Self {
        Self(AtomicU8::new(HEAD))
    }
}

impl Exchange {
    /// The head is complete.
    pub(crate) fn begin_request(&self) {
        self.0.store(REQUEST, Relaxed);
    }

    /// The first bytes of the next head have come. Returns whether they have: others belong to a
    /// body, or to a request that is sent ahead.
    pub(super) fn begin_head(&self) -> bool {
        let begun = self.0.compare_exchange(IDLE, HEAD, Relaxed, Relaxed);
        begun.is_ok()
    }

    pub(super) fn is_in_head(&self) -> bool {
        self.0.load(Relaxed) == HEAD
    }

    /// Ends the request with the last byte of this answer, unless it becomes a WebSocket.
    pub(crate) fn until_sent(self: Arc<Self>, answer: Response<Body>) -> Response<Body> {
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            return answer;
        }
        let exchange = self;
        answer.map(|body| Body::new(Answering { body, exchange }))
    }
}

/// The body of an answer.
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
