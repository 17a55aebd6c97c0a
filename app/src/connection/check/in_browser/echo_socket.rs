//! The socket that echoes: every message that is sent comes back.

use std::{cell::RefCell, rc::Rc};

use from_json::{FromJson, JsonText};
use futures::channel::oneshot::{Receiver, Sender, channel};
use gloo_net::websocket::Message;
use protocol::EchoReport;

use super::{millis, within};
use crate::{
    browser::platform::socket::{Socket, SocketEvent, address},
    connection::check::{
        pending::Pending,
        run::{Echoed, PATIENCE_MS},
    },
};

const PATH: &str = "/connection?report";
/// The server pings as soon as the socket opens, so its report is overdue sooner than an echo.
const PING_PATIENCE_MS: u32 = PATIENCE_MS / 2;

/// An open socket. It closes when its last clone is dropped.
#[derive(Clone)]
pub(crate) struct EchoSocket(Rc<Inner>);

struct Inner {
    socket: RefCell<Option<Socket>>,
    heard: Rc<Heard>,
    /// Receives the round trip of the server's ping. `None` once [`EchoSocket::ping`] was called.
    ping: RefCell<Option<Receiver<f64>>>,
}

/// What has arrived on the socket, and what is still expected.
#[derive(Default)]
struct Heard {
    /// The sent messages, each with the channel for the time of its echo.
    pending: RefCell<Pending<Echoed, Sender<f64>>>,
    seen: RefCell<Option<String>>,
    ping: RefCell<Option<Sender<f64>>>,
}

impl EchoSocket {
    /// Opens a socket. `None` if it is not open in time. If anything but this page closes it,
    /// `closed` is called with the code.
    pub(crate) async fn open(closed: impl FnOnce(u16) + 'static) -> Option<Self> {
        let (heard, (opened, opening), (pinged, ping)) =
            (Rc::<Heard>::default(), channel::<()>(), channel());
        heard.ping.replace(Some(pinged));
        let hearing = heard.clone();
        let (mut opened, mut closed) = (Some(opened), Some(closed));
        let socket = Socket::open(&address(PATH), move |event| match event {
            SocketEvent::Opened => tell(opened.take(), ()),
            SocketEvent::Text(text) => hearing.hear_text(text),
            SocketEvent::Bytes(bytes) => {
                hearing.hear_echo(&Echoed::Bytes(bytes));
            }
            SocketEvent::Closed(code) => {
                hearing.forget();
                // If it has never opened, `open` returns without a socket.
                if opened.take().is_none()
                    && let Some(closed) = closed.take()
                {
                    closed(code);
                }
            }
        })?;
        within(PATIENCE_MS, opening).await?.ok()?;
        Some(Self(Rc::new(Inner {
            socket: RefCell::new(Some(socket)),
            heard,
            ping: RefCell::new(Some(ping)),
        })))
    }

    pub(crate) fn is_open(&self) -> bool {
        self.0.socket.borrow().as_ref().is_some_and(Socket::is_open)
    }

    /// Closes the socket. Messages that have not come back are lost.
    pub(crate) fn close(&self) {
        drop(self.0.socket.take());
        self.0.heard.forget();
    }

    /// Sends a message. Returns the milliseconds until it came back, or `None` if it did not.
    pub(crate) async fn send(&self, message: Echoed) -> Option<f64> {
        if !self.is_open() {
            return None;
        }
        let (told, back) = channel();
        self.0.heard.expect(message.clone(), told);
        let begun = millis();
        if let Some(socket) = &*self.0.socket.borrow() {
            socket.send(match message {
                Echoed::Text(text) => Message::Text(text),
                Echoed::Bytes(bytes) => Message::Bytes(bytes),
            });
        }
        let back = within(PATIENCE_MS, back).await?.ok()?;
        Some(back - begun)
    }

    /// The round trip of the server's first ping, if it is reported in time. Can be read only once.
    pub(crate) async fn ping(&self) -> Option<f64> {
        let ping = self.0.ping.take()?;
        within(PING_PATIENCE_MS, ping).await?.ok()
    }

    /// What the server sees of this socket, as JSON.
    pub(crate) fn seen(&self) -> Option<String> {
        self.0.heard.seen.borrow().clone()
    }
}

impl Heard {
    fn expect(&self, message: Echoed, told: Sender<f64>) {
        let mut pending = self.pending.borrow_mut();
        pending.forget(Sender::is_canceled);
        pending.push(message, told);
    }

    /// Whether this is the echo of a message.
    fn hear_echo(&self, message: &Echoed) -> bool {
        let told = self.pending.borrow_mut().take(message);
        let is_echo = told.is_some();
        tell(told, millis());
        is_echo
    }

    fn hear_text(&self, text: String) {
        let message = Echoed::Text(text);
        if !self.hear_echo(&message)
            && let Echoed::Text(text) = message
        {
            self.hear_report(&text);
        }
    }

    fn hear_report(&self, text: &str) {
        // Any other text was sent not by the shop but by something in between.
        let Some(report) = EchoReport::<JsonText>::from_text(text) else {
            return;
        };
        if let Some(JsonText(seen)) = report.seen {
            self.seen.replace(Some(seen));
        }
        if let Some(ping) = report.ping_ms {
            tell(self.ping.take(), ping);
        }
    }

    /// Drops all waiting senders, which ends the waits without a result.
    fn forget(&self) {
        self.pending.borrow_mut().forget(|_| true);
        drop(self.ping.take());
    }
}

/// Sends a value to the waiting receiver, if there still is one.
fn tell<T>(waiting: Option<Sender<T>>, value: T) {
    if let Some(waiting) = waiting {
        // Sending fails if the deadline has passed.
        let _ = waiting.send(value);
    }
}
