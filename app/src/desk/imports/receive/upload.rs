//! Sends a file over a socket, piece by piece.

use std::{
    cell::{Cell, OnceCell, RefCell},
    ops::Range,
    rc::Rc,
    time::Duration,
};

use from_json::FromJson;
use gloo_net::websocket::Message;
use gloo_timers::callback::Interval;
use leptos::task::spawn_local;
use protocol::UploadMessage;
use web_sys::File;

use super::{
    content::Content,
    display::Display,
    ending::{self, Ending},
    receiver::size,
    screen::Screen,
    sending::{Sending, Step},
};
use crate::{
    browser::{page, platform::fetch::fetch, stopwatch::Stopwatch},
    i18n::current_language,
    live::browser::line::{Line, LineEvent},
};

/// How often the progress is checked and shown, even if nothing arrives.
const TICK_MS: u32 = 1_000;
/// A request for the import's state that has no answer after this time is given up.
const ASK_WITHIN_MS: u32 = 15_000;

/// The upload of one file.
///
/// Only one piece is held in memory. The shop has stored what it has acknowledged; after a lost
/// connection it says from which byte to continue.
pub(super) struct Upload {
    content: Content,
    /// The path of the import's page.
    page: String,
    display: Display,
    clock: RefCell<Stopwatch>,
    sending: RefCell<Sending>,
    line: OnceCell<Line>,
    ticking: RefCell<Option<Interval>>,
    /// Whether pieces are being read and sent, so that only one task does it.
    pumping: Cell<bool>,
    over: Cell<bool>,
}

impl Upload {
    /// Begins to upload a file to the import with this page.
    pub(super) fn begin(file: File, page: String, screen: Screen) -> Rc<Self> {
        let bytes = size(&file);
        let path = format!("{page}/upload");
        let upload = Rc::new(Self {
            content: Content::new(file),
            page,
            display: Display::new(screen, bytes),
            clock: RefCell::new(Stopwatch::started(page::now())),
            sending: RefCell::new(Sending::new(bytes)),
            line: OnceCell::new(),
            ticking: RefCell::default(),
            pumping: Cell::new(false),
            over: Cell::new(false),
        });
        let hearing = upload.clone();
        let line = Line::open(move || path.clone(), move |_, event| hearing.hear(event));
        upload.line.get_or_init(|| line);
        let tick = upload.clone();
        let ticking = Interval::new(TICK_MS, move || tick.tick());
        upload.ticking.replace(Some(ticking));
        upload
    }

    pub(super) fn pause_or_resume(self: &Rc<Self>) {
        let paused = !self.display.is_paused();
        self.display.set_paused(paused);
        self.sending.borrow_mut().pause(paused);
        self.show();
        self.pump();
    }

    fn hear(self: &Rc<Self>, event: LineEvent) {
        match event {
            // The shop sends the first message.
            LineEvent::Opened => {}
            LineEvent::Text(text) => {
                if let Some(message) = UploadMessage::from_text(&text) {
                    self.take_in(message);
                }
            }
            LineEvent::Lost(code) => self.lose(code),
        }
    }

    fn take_in(self: &Rc<Self>, message: UploadMessage) {
        let now = self.now();
        match message {
            UploadMessage::Start {
                offset,
                window,
                piece,
            } => {
                self.sending.borrow_mut().start(offset, window, piece, now);
                self.display.connected();
            }
            UploadMessage::Acknowledged { acked } => {
                self.sending.borrow_mut().acknowledge(acked, now);
            }
            UploadMessage::Complete { .. } => return self.end(Ending::Over),
            // After a wrong offset the shop closes the socket; the next starts at the right offset.
            UploadMessage::WrongOffset { .. } | UploadMessage::Heartbeat {} => {}
        }
        self.show();
        self.pump();
    }

    fn lose(self: &Rc<Self>, code: u16) {
        self.sending.borrow_mut().lose();
        match ending::of_code(code) {
            Some(ending) => self.end(ending),
            None => {
                self.display.lost();
                self.show();
                let upload = self.clone();
                spawn_local(async move { upload.ask_why().await });
            }
        }
    }

    /// Asks whether the upload can go on. A refused socket does not say why.
    async fn ask_why(&self) {
        let address = format!("{}/standing", self.page);
        let answer = fetch(&address, "application/json", ASK_WITHIN_MS).await;
        if let Some(ending) = answer.and_then(|answer| ending::of_status(answer.status)) {
            self.end(ending);
        }
    }

    fn tick(&self) {
        let stalled = self.sending.borrow_mut().has_stalled(self.now());
        if let Some(line) = self.line.get().filter(|_| stalled) {
            line.give_up();
        }
        self.show();
    }

    /// Starts to send pieces, as many as may be under way, unless a task already sends them.
    fn pump(self: &Rc<Self>) {
        if self.pumping.replace(true) {
            return;
        }
        let upload = self.clone();
        spawn_local(async move {
            let done = upload.send_pieces().await;
            upload.pumping.set(false);
            // The file has changed, or its disk is gone or too slow.
            if done.is_none() {
                upload.stop(say!(current_language(), import.unreadable));
            }
        });
    }

    /// Takes steps until there is nothing to do for now. `None` if the file cannot be read.
    async fn send_pieces(&self) -> Option<()> {
        loop {
            let step = self.next();
            match &step {
                Step::Wait => return Some(()),
                Step::Finish => self.send_digest(),
                Step::Hash(bytes) => drop(self.read(bytes).await?),
                Step::Send(bytes) => {
                    let piece = self.read(bytes).await?;
                    // The upload may have been paused or reconnected during the read.
                    if self.next() == step {
                        self.send(Message::Bytes(piece));
                        let now = self.now();
                        self.sending.borrow_mut().piece_sent(bytes.end, now);
                    }
                }
            }
        }
    }

    fn next(&self) -> Step {
        let is_open = self.line.get().is_some_and(Line::is_open);
        match is_open && !self.over.get() {
            true => self.sending.borrow().next(),
            false => Step::Wait,
        }
    }

    /// Reads bytes of the file into a message, and hashes those that are not hashed yet.
    async fn read(&self, bytes: &Range<u64>) -> Option<Vec<u8>> {
        let message = self.content.read(bytes).await?;
        if let Some(new) = self.sending.borrow_mut().hash(bytes) {
            self.content.hash(&message, new);
        }
        Some(message)
    }

    fn send_digest(&self) {
        let digest = self.content.digest();
        // A digest in hexadecimal contains no characters that JSON must escape.
        self.send(Message::Text(format!(r#"{{"sha256":"{digest}"}}"#)));
        self.sending.borrow_mut().digest_sent();
    }

    fn send(&self, message: Message) {
        if let Some(line) = self.line.get() {
            line.send(message);
        }
    }

    /// Shows the progress.
    fn show(&self) {
        if !self.over.get() {
            let acked = self.sending.borrow().acked();
            self.display.show(self.now(), acked);
        }
    }

    fn end(&self, ending: Ending) {
        let language = current_language();
        match ending {
            Ending::Over => {
                if self.close() {
                    page::navigate(&self.page);
                }
            }
            Ending::SignedOut => self.stop(say!(language, import.signed_out)),
            Ending::Elsewhere => self.stop(say!(language, import.elsewhere)),
        }
    }

    fn stop(&self, why: &str) {
        if self.close() {
            self.display.stop(why);
        }
    }

    /// Ends the upload. Returns `false` if it had already ended for another reason.
    fn close(&self) -> bool {
        if self.over.replace(true) {
            return false;
        }
        drop(self.ticking.take());
        if let Some(line) = self.line.get() {
            line.end();
        }
        true
    }

    /// The time since the upload began.
    fn now(&self) -> Duration {
        self.clock.borrow_mut().read(page::now())
    }
}
