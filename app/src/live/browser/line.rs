//! A socket that comes back by itself, by the rules of the shop's live pages: the same heartbeat,
//! the same random waits.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_net::websocket::Message;
use gloo_timers::callback::Timeout;
use leptos::prelude::window_event_listener_untyped;
use wasm_bindgen::JsCast;
use web_sys::PageTransitionEvent;

use crate::{
    browser::socket::{Socket, SocketEvent, address},
    live::reconnect::{Millis, OPENING_MS, SILENCE_MS, SOCKET_BACKOFF},
};

/// An event on a [`Line`].
pub(crate) enum LineEvent {
    /// The connection is open.
    Opened,
    /// A text has arrived.
    Text(String),
    /// Bytes have arrived.
    Bytes(Vec<u8>),
    /// The connection is lost, with the code of its closing; 0 if it was given up. Unless the line
    /// is ended, it comes back after a wait.
    Lost(u16),
}

/// A socket that reopens itself when it is closed, or silent for two heartbeats. Clones share it.
///
/// It lets go while the page is in the back/forward cache, which a page with an open socket cannot
/// enter.
#[derive(Clone)]
pub(crate) struct Line(Rc<Inner>);

type Hear = dyn Fn(&Line, LineEvent);

struct Inner {
    path: Box<dyn Fn() -> String>,
    hear: Box<Hear>,
    socket: RefCell<Option<Socket>>,
    /// The next thing to do without an event: give up a silent socket, or open a new one.
    alarm: RefCell<Option<Timeout>>,
    failures: Cell<u32>,
    /// The wait that the server has asked for.
    retry_after: Cell<Millis>,
    ended: Cell<bool>,
}

impl Line {
    /// Opens a line to a path of this site, which is asked for anew whenever it reopens. It lasts
    /// for as long as the page is open, or until [`Line::end`].
    pub(crate) fn open(
        path: impl Fn() -> String + 'static,
        hear: impl Fn(&Self, LineEvent) + 'static,
    ) -> Self {
        let line = Self(Rc::new(Inner {
            path: Box::new(path),
            hear: Box::new(hear),
            socket: RefCell::default(),
            alarm: RefCell::default(),
            failures: Cell::default(),
            retry_after: Cell::default(),
            ended: Cell::default(),
        }));
        line.connect();
        line.let_go_with_the_page();
        line
    }

    /// Whether the connection is open.
    pub(crate) fn is_open(&self) -> bool {
        self.0.socket.borrow().as_ref().is_some_and(Socket::is_open)
    }

    /// Sends a message if the connection is open.
    pub(crate) fn send(&self, message: Message) {
        if let Some(socket) = &*self.0.socket.borrow() {
            socket.send(message);
        }
    }

    /// Waits at least this long before the line reopens: the server has asked for it.
    pub(crate) fn retry_after(&self, wait: Millis) {
        self.0.retry_after.set(wait);
    }

    /// Gives up an open connection that does not get on. The line reopens after a wait.
    pub(crate) fn give_up(&self) {
        if self.is_open() {
            self.lost(0);
        }
    }

    /// Closes the line for good.
    pub(crate) fn end(&self) {
        self.0.ended.set(true);
        self.close();
    }

    fn connect(&self) {
        if self.0.ended.get() {
            return;
        }
        let line = self.clone();
        let socket = Socket::open(&address(&(self.0.path)()), move |event| match event {
            SocketEvent::Opened => line.tell(LineEvent::Opened),
            SocketEvent::Text(text) => {
                line.heard();
                line.tell(LineEvent::Text(text));
            }
            SocketEvent::Bytes(bytes) => {
                line.heard();
                line.tell(LineEvent::Bytes(bytes));
            }
            SocketEvent::Closed(code) => line.lost(code),
        });
        // What the browser refuses to open now, it may open later.
        let is_opening = socket.is_some();
        drop(self.0.socket.replace(socket));
        match is_opening {
            true => self.expect_within(OPENING_MS),
            false => self.lost(0),
        }
    }

    fn heard(&self) {
        self.0.failures.set(0);
        self.expect_within(SILENCE_MS);
    }

    /// Gives the socket up unless something arrives in time.
    fn expect_within(&self, patience: Millis) {
        let line = self.clone();
        self.alarm(patience, move || line.lost(0));
    }

    fn lost(&self, code: u16) {
        self.close();
        self.tell(LineEvent::Lost(code));
        if self.0.ended.get() {
            return;
        }
        let failures = self.0.failures.get();
        self.0.failures.set(failures + 1);
        let wait =
            self.0.retry_after.take() + SOCKET_BACKOFF.wait(failures, js_sys::Math::random());
        let line = self.clone();
        self.alarm(wait, move || line.connect());
    }

    /// Closes the socket without opening another.
    fn let_go(&self) {
        if self.0.ended.get() {
            return;
        }
        self.close();
        self.tell(LineEvent::Lost(0));
    }

    fn close(&self) {
        drop(self.0.alarm.take());
        drop(self.0.socket.take());
    }

    fn tell(&self, event: LineEvent) {
        (self.0.hear)(self, event);
    }

    fn alarm(&self, wait: Millis, act: impl FnOnce() + 'static) {
        let wait = u32::try_from(wait).unwrap_or(u32::MAX >> 1);
        drop(self.0.alarm.replace(Some(Timeout::new(wait, act))));
    }

    fn let_go_with_the_page(&self) {
        let line = self.clone();
        window_event_listener_untyped("pagehide", move |_| line.let_go());
        let line = self.clone();
        window_event_listener_untyped("pageshow", move |event| {
            if event.unchecked_ref::<PageTransitionEvent>().persisted() {
                line.connect();
            }
        });
        let line = self.clone();
        window_event_listener_untyped("online", move |_| {
            if !line.is_open() {
                line.connect();
            }
        });
    }
}
