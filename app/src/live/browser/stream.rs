//! The stream of messages over a WebSocket.

use from_json::FromJson;
use gloo_net::websocket::Message;
use protocol::LiveMessage;

use super::Page;
use crate::{
    browser::platform::socket::{Socket, SocketEvent, address},
    live::{client::Event, reconnect},
};

impl Page {
    pub(super) fn open_socket(&self, id: u32) {
        let page = self.clone();
        let socket = Socket::open(&address(&self.address()), move |event| match event {
            // Ask for an answer: a socket also opens when a proxy drops all its frames.
            SocketEvent::Opened => page.ping(id),
            SocketEvent::Text(words) => page.hear_socket(id, &words),
            SocketEvent::Bytes(_) => {}
            SocketEvent::Closed(_) => {
                page.drop_socket(id);
                page.dispatch(Event::Wire(reconnect::Event::Closed(id)));
            }
        });
        match socket {
            Some(socket) => drop(self.0.borrow_mut().socket.replace((id, socket))),
            None => self.later(Event::Wire(reconnect::Event::Closed(id))),
        }
    }

    pub(super) fn drop_socket(&self, id: u32) {
        let mut state = self.0.borrow_mut();
        let socket = state.socket.take_if(|(known, _)| *known == id);
        drop(state);
        // Dropped only now, after the borrow has ended.
        drop(socket);
    }

    pub(super) fn send_seen(&self, id: u32) {
        let (seen, stale) = {
            let client = &self.0.borrow().client;
            (client.asked().to_string(), client.is_stale())
        };
        // Topics and versions contain no characters that JSON must escape.
        self.send(id, format!(r#"{{"seen":"{seen}","stale":{stale}}}"#));
    }

    fn hear_socket(&self, id: u32, words: &str) {
        let Some(message) = LiveMessage::from_text(words) else {
            return;
        };
        let (is_heartbeat, pong) = (message == LiveMessage::default(), message.pong);
        let retry = message.retry_ms;
        self.hear(id, message);
        self.dispatch(Event::Wire(match retry {
            Some(after) => reconnect::Event::RetryAfter(id, after.into()),
            None => reconnect::Event::Heard(id),
        }));
        if let Some(sent_at) = pong {
            let millis = self.now().saturating_sub(sent_at).max(1);
            let millis = u32::try_from(millis).unwrap_or(u32::MAX);
            self.live().show_round_trip(Some(millis));
        } else if is_heartbeat {
            // Measure the round trip with each heartbeat, which is often enough.
            self.ping(id);
        }
    }

    /// Sends a ping with the time, which the server sends back.
    fn ping(&self, id: u32) {
        self.send(id, format!(r#"{{"ping":{}}}"#, self.now()));
    }

    fn send(&self, id: u32, text: String) {
        if let Some((known, socket)) = &self.0.borrow().socket
            && *known == id
        {
            socket.send(Message::Text(text));
        }
    }
}
