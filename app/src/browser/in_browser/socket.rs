//! A gloo-net WebSocket that reports what happens on it as events.

use std::{
    cell::RefCell,
    future::poll_fn,
    pin::Pin,
    rc::Rc,
    task::{Poll, Waker},
};

use futures::{Sink, Stream};
use gloo_net::websocket::{Message, State, WebSocketError, futures::WebSocket};
use leptos::{prelude::document, task::spawn_local};

/// An event on a socket.
#[cfg_attr(
    not(feature = "desk"),
    expect(dead_code, reason = "the shop's pages need neither bytes nor codes")
)]
pub(crate) enum SocketEvent {
    /// The connection is open.
    Opened,
    /// A text has arrived.
    Text(String),
    /// Bytes have arrived.
    Bytes(Vec<u8>),
    /// The connection was closed or could not be opened, with this close code.
    Closed(u16),
}

/// A socket that is open or opening. Dropping it closes it, and its later events are ignored.
pub(crate) struct Socket(Rc<Shared>);

/// A socket, and the waker of the task that waits for its messages.
struct Shared {
    socket: RefCell<Option<WebSocket>>,
    waiting: RefCell<Option<Waker>>,
}

impl Socket {
    /// Opens a socket. `None` if the browser refuses to try, for example because of the page's
    /// security policy.
    pub(crate) fn open(address: &str, mut hear: impl FnMut(SocketEvent) + 'static) -> Option<Self> {
        let socket = Rc::new(Shared {
            socket: RefCell::new(Some(WebSocket::open(address).ok()?)),
            waiting: RefCell::default(),
        });
        let heard = socket.clone();
        spawn_local(async move {
            opening(&heard).await;
            if is_open(&heard) {
                hear(SocketEvent::Opened);
            }
            while let Some(message) = next(&heard).await {
                match message {
                    Ok(Message::Text(text)) => hear(SocketEvent::Text(text)),
                    Ok(Message::Bytes(bytes)) => hear(SocketEvent::Bytes(bytes)),
                    Err(WebSocketError::ConnectionClose(closed)) => {
                        return hear(SocketEvent::Closed(closed.code));
                    }
                    // The connection closes after an error.
                    Err(_) => {}
                }
            }
        });
        Some(Self(socket))
    }

    /// Whether the connection is open.
    pub(crate) fn is_open(&self) -> bool {
        is_open(&self.0)
    }

    /// Sends a message if the socket is open. If it is not, [`SocketEvent::Closed`] reports that.
    ///
    /// gloo-net would also send on a socket that is closing, which the browser logs as an error.
    pub(crate) fn send(&self, message: Message) {
        if !self.is_open() {
            return;
        }
        if let Some(socket) = &mut *self.0.socket.borrow_mut() {
            // Sending fails only if the socket closes, which is an event.
            let _ = Pin::new(socket).start_send(message);
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        drop(self.0.socket.take());
        // Wakes the task, which finds no socket and ends.
        if let Some(waiting) = self.0.waiting.take() {
            waiting.wake();
        }
    }
}

/// The address of a socket at a path of this site.
pub(crate) fn address(path: &str) -> String {
    let location = document().location().expect("a page has an address");
    let origin = location.origin().unwrap_or_default();
    // `http` becomes `ws`, and `https` becomes `wss`.
    let rest = origin.strip_prefix("http").unwrap_or_default();
    format!("ws{rest}{path}")
}

fn is_open(socket: &Shared) -> bool {
    let state = socket.socket.borrow().as_ref().map(WebSocket::state);
    matches!(state, Some(State::Open))
}

/// Waits until the socket is open, or has failed.
///
/// gloo-net has no event for an opened connection, but its sink is ready once the connection is
/// open.
async fn opening(socket: &Shared) {
    poll_fn(|context| {
        socket.waiting.replace(Some(context.waker().clone()));
        match &mut *socket.socket.borrow_mut() {
            Some(socket) => Pin::new(socket).poll_ready(context).map(drop),
            None => Poll::Ready(()),
        }
    })
    .await;
}

/// The next message. `None` once the socket has been dropped or closed.
async fn next(socket: &Shared) -> Option<Result<Message, WebSocketError>> {
    poll_fn(|context| {
        socket.waiting.replace(Some(context.waker().clone()));
        match &mut *socket.socket.borrow_mut() {
            Some(socket) => Pin::new(socket).poll_next(context),
            None => Poll::Ready(None),
        }
    })
    .await
}
