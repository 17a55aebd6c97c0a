//! The WebSocket.

use protocol::LiveMessage;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{MessageEvent, WebSocket};

use super::Page;
use crate::live::{client::Event, reconnect, tabs};

/// An event on a socket.
enum SocketEvent {
    Opened,
    Text(String),
    Closed,
}

/// A socket that is open or opening. Dropping it closes it, and its later events are ignored.
pub(super) struct Socket {
    socket: WebSocket,
    // One for all events, because each closure makes the first visit heavier.
    _listener: Closure<dyn FnMut(MessageEvent)>,
}

impl Socket {
    /// Opens a socket. `None` if the browser refuses to try.
    fn open(address: &str, mut hear: impl FnMut(SocketEvent) + 'static) -> Option<Self> {
        let socket = WebSocket::new(address).ok()?;
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            match event.type_().as_str() {
                "open" => hear(SocketEvent::Opened),
                "message" => hear(SocketEvent::Text(
                    event.data().as_string().unwrap_or_default(),
                )),
                _ => hear(SocketEvent::Closed),
            }
        });
        let function = Some(listener.as_ref().unchecked_ref());
        socket.set_onopen(function);
        socket.set_onmessage(function);
        socket.set_onclose(function);
        Some(Self {
            socket,
            _listener: listener,
        })
    }

    /// Sends a text if the socket is open. A closed socket fires an event of its own.
    fn send(&self, text: &str) {
        if self.socket.ready_state() == WebSocket::OPEN {
            let _ = self.socket.send_with_str(text);
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // It may be closed already.
        let _ = self.socket.close();
    }
}

impl Page {
    pub(super) fn open_socket(&self, id: u32) {
        let page = self.clone();
        let socket = Socket::open(&self.address("ws"), move |event| match event {
            // Ask for an answer: a socket also opens when a proxy drops all its frames.
            SocketEvent::Opened => page.ping(id),
            SocketEvent::Text(words) => page.hear_socket(id, words),
            SocketEvent::Closed => {
                page.drop_socket(id);
                page.dispatch(Event::Wire(reconnect::Event::Closed(id)));
            }
        });
        match socket {
            Some(socket) => drop(self.0.borrow_mut().socket.replace((id, socket))),
            // The browser refused to try, for example because of the page's security policy.
            None => self.later(Event::Wire(reconnect::Event::Closed(id))),
        }
    }

    pub(super) fn drop_socket(&self, id: u32) {
        let socket = self
            .0
            .borrow_mut()
            .socket
            .take_if(|(known, _)| *known == id);
        // Dropped only now, after the borrow has ended.
        drop(socket);
    }

    pub(super) fn send_seen(&self, id: u32) {
        let (seen, stale) = {
            let client = &self.0.borrow().client;
            (client.asked().to_string(), client.is_stale())
        };
        // Topics and versions contain no characters that JSON must escape.
        self.send(id, &format!(r#"{{"seen":"{seen}","stale":{stale}}}"#));
    }

    fn hear_socket(&self, id: u32, words: String) {
        let Some(message) = self.hear(words) else {
            return;
        };
        self.dispatch(Event::Wire(match message.retry_ms {
            Some(after) => reconnect::Event::RetryAfter(id, after.into()),
            None => reconnect::Event::Heard(id),
        }));
        if let Some(sent_at) = message.pong {
            let millis = self.now().saturating_sub(sent_at).max(1);
            let millis = u32::try_from(millis).unwrap_or(u32::MAX);
            self.dispatch(Event::Tabs(tabs::Event::RoundTrip(millis)));
        } else if message == LiveMessage::default() {
            // Measure the round trip with each heartbeat, which is often enough.
            self.ping(id);
        }
    }

    /// Sends a ping with the time, which the server sends back.
    fn ping(&self, id: u32) {
        self.send(id, &format!(r#"{{"ping":{}}}"#, self.now()));
    }

    fn send(&self, id: u32, text: &str) {
        if let Some((known, socket)) = &self.0.borrow().socket
            && *known == id
        {
            socket.send(text);
        }
    }
}
