//! A socket that reopens by itself, for uploads and the ledger, which cannot poll. The state
//! machine of the live pages decides when it reopens.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_net::websocket::Message;
use gloo_timers::callback::Timeout;

use super::lifecycle::{PageEvent, listen};
use crate::{
    browser::{
        page::now,
        platform::socket::{Socket, SocketEvent, address},
        stopwatch::Stopwatch,
    },
    live::reconnect::{Effect, Event, Machine, Millis},
};

/// An event on a [`Line`].
pub(crate) enum LineEvent {
    /// The connection is open.
    Opened,
    /// A text has arrived.
    Text(String),
    /// The connection is lost, with its close code, or 0 if the page gave it up. Unless the line
    /// is ended, it reopens.
    Lost(u16),
}

/// A socket that is opened again when it closes or falls silent. Clones share it.
///
/// It closes the socket before the page is frozen or enters the back/forward cache, which a page
/// with an open socket cannot enter.
#[derive(Clone)]
pub(crate) struct Line(Rc<Inner>);

type Hear = dyn Fn(&Line, LineEvent);

struct Inner {
    path: Box<dyn Fn() -> String>,
    hear: Box<Hear>,
    machine: RefCell<Machine>,
    clock: RefCell<Stopwatch>,
    /// The socket and its number. There is never more than one.
    socket: RefCell<Option<(u32, Socket)>>,
    /// Wakes the machine at its deadline. Dropping the alarm cancels it.
    alarm: RefCell<Option<Timeout>>,
    ended: Cell<bool>,
}

impl Line {
    /// Opens a line to a path of this site; `path` is called again whenever the line reopens. It
    /// lasts for as long as the page is open, or until [`Line::end`].
    pub(crate) fn open(
        path: impl Fn() -> String + 'static,
        hear: impl Fn(&Self, LineEvent) + 'static,
    ) -> Self {
        let line = Self(Rc::new(Inner {
            path: Box::new(path),
            hear: Box::new(hear),
            machine: RefCell::new(Machine::without_polls(0)),
            clock: RefCell::new(Stopwatch::started(now())),
            socket: RefCell::default(),
            alarm: RefCell::default(),
            ended: Cell::default(),
        }));
        line.dispatch(Event::Following(true));
        line.listen();
        line
    }

    /// Whether the connection is open.
    pub(crate) fn is_open(&self) -> bool {
        let socket = self.0.socket.borrow();
        socket.as_ref().is_some_and(|(_, socket)| socket.is_open())
    }

    /// Sends a message if the connection is open.
    pub(crate) fn send(&self, message: Message) {
        if let Some((_, socket)) = &*self.0.socket.borrow() {
            socket.send(message);
        }
    }

    /// Closes the connection, and reopens it after this time, as the server has asked.
    pub(crate) fn retry_after(&self, wait: Millis) {
        if let Some(id) = self.id() {
            self.dispatch(Event::RetryAfter(id, wait));
        }
    }

    /// Gives up a connection that makes no progress. The line reopens after a wait.
    pub(crate) fn give_up(&self) {
        if let Some(id) = self.id() {
            self.lost(id, 0);
        }
    }

    /// Closes the line for good.
    pub(crate) fn end(&self) {
        self.0.ended.set(true);
        drop(self.0.socket.take());
        self.dispatch(Event::Following(false));
    }

    fn id(&self) -> Option<u32> {
        self.0.socket.borrow().as_ref().map(|(id, _)| *id)
    }

    fn dispatch(&self, event: Event) {
        let (now, chance) = (self.now(), js_sys::Math::random());
        let effects = self.0.machine.borrow_mut().on(event, now, chance);
        for effect in effects {
            match effect {
                Effect::OpenSocket(id) => self.connect(id),
                Effect::CloseSocket(id) => {
                    if self.drop_socket(id) {
                        self.tell(LineEvent::Lost(0));
                    }
                }
                // A line has no polls and asks for no topics, and its caller shows the state.
                Effect::Poll(_) | Effect::AbortPoll(_) | Effect::SendSeen(_) | Effect::Show(_) => {}
            }
        }
        self.set_alarm();
    }

    fn connect(&self, id: u32) {
        let line = self.clone();
        let socket = Socket::open(&address(&(self.0.path)()), move |event| match event {
            SocketEvent::Opened => line.tell(LineEvent::Opened),
            SocketEvent::Text(text) => {
                line.dispatch(Event::Heard(id));
                line.tell(LineEvent::Text(text));
            }
            SocketEvent::Bytes(_) => line.dispatch(Event::Heard(id)),
            SocketEvent::Closed(code) => line.lost(id, code),
        });
        match socket {
            Some(socket) => drop(self.0.socket.replace(Some((id, socket)))),
            // The browser has refused to try. The event must wait until this effect is over.
            None => {
                let line = self.clone();
                Timeout::new(0, move || line.dispatch(Event::Closed(id))).forget();
            }
        }
    }

    fn lost(&self, id: u32, code: u16) {
        if self.drop_socket(id) {
            self.tell(LineEvent::Lost(code));
        }
        self.dispatch(Event::Closed(id));
    }

    /// Drops the socket with this number. Returns whether there was one.
    fn drop_socket(&self, id: u32) -> bool {
        let socket = self
            .0
            .socket
            .borrow_mut()
            .take_if(|(known, _)| *known == id);
        socket.is_some()
    }

    fn tell(&self, event: LineEvent) {
        if !self.0.ended.get() {
            (self.0.hear)(self, event);
        }
    }

    fn set_alarm(&self) {
        let deadline = self.0.machine.borrow().deadline();
        let alarm = deadline.map(|at| {
            let wait = u32::try_from(at.saturating_sub(self.now())).unwrap_or(u32::MAX >> 1);
            let line = self.clone();
            Timeout::new(wait, move || line.dispatch(Event::Woken))
        });
        drop(self.0.alarm.replace(alarm));
    }

    fn listen(&self) {
        let line = self.clone();
        listen(move |event| match event {
            PageEvent::Left => line.dispatch(Event::Following(false)),
            PageEvent::Back => line.dispatch(Event::Following(!line.0.ended.get())),
            PageEvent::Offline => line.dispatch(Event::Offline),
            PageEvent::Online => line.dispatch(Event::Restored),
            // An upload goes on while the page is hidden.
            PageEvent::Visible(_) => {}
        });
    }

    /// Milliseconds since the line was opened.
    fn now(&self) -> Millis {
        let passed = self.0.clock.borrow_mut().read(now());
        u64::try_from(passed.as_millis()).unwrap_or(u64::MAX)
    }
}
