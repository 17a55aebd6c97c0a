//! The queue of the live page: the movements that have arrived and are not shown yet.

use std::{collections::VecDeque, mem, sync::Arc};

use protocol::{LedgerMessage, LedgerRow};

/// The most rows that stay on the page.
const MOST_ROWS: usize = 500;

/// The rows on the page, newest first. Each is shared with the list of the last rendering.
pub type Rows = Vec<Arc<LedgerRow>>;

/// What the page says about its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// There is no stream: JavaScript has not started.
    Off,
    /// The first connection is being made.
    Connecting,
    /// The page shows each movement as it happens.
    Live,
    /// The page is more than `MOST_ROWS` movements behind.
    CatchingUp,
    /// The user has paused the page.
    Paused,
    /// The connection is lost, and nothing has arrived since.
    Reconnecting,
    /// The session has ended.
    Over,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Connection {
    Off,
    Opening,
    Open,
    Lost,
    Over,
}

/// The movements of one message, oldest first, and the place where they end.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// The movements.
    pub rows: Vec<LedgerRow>,
    /// The place to acknowledge.
    pub next: String,
}

/// The messages that have arrived and are not shown yet.
///
/// In each frame of the browser, the page shows one message and acknowledges it. The server waits
/// while two messages are not acknowledged, so a slow, hidden or paused page is sent less, and
/// misses nothing.
#[derive(Debug)]
pub struct Queue {
    /// Everything up to this place is shown.
    shown: String,
    waiting: VecDeque<Page>,
    /// About how many movements follow the waiting ones.
    behind: u64,
    connection: Connection,
    paused: bool,
    /// Whether the browser has been asked for a frame.
    drawing: bool,
}

impl Queue {
    /// The queue of a page that shows everything up to a place.
    #[must_use]
    pub fn new(shown: String) -> Self {
        Self {
            shown,
            waiting: VecDeque::new(),
            behind: 0,
            connection: Connection::Off,
            paused: false,
            drawing: false,
        }
    }

    /// Begins a connection, and returns the place to continue from.
    ///
    /// Forgets the messages that are not shown, because the server sends them again.
    pub fn connect(&mut self) -> String {
        self.forget();
        self.connection = match self.connection {
            Connection::Off | Connection::Opening => Connection::Opening,
            Connection::Open | Connection::Lost => Connection::Lost,
            Connection::Over => Connection::Over,
        };
        self.shown.clone()
    }

    /// Takes in a message. A heartbeat, which names no place, changes nothing.
    pub fn hear(&mut self, message: LedgerMessage) {
        let Some(next) = message.next else { return };
        self.connection = Connection::Open;
        self.behind = message.behind.unwrap_or(0);
        let rows = message.rows;
        let latest = self.waiting.back().map_or(&self.shown, |page| &page.next);
        // While the page is paused, the server only reports how far behind it is.
        if rows.is_empty() && next == *latest {
            return;
        }
        // If several messages in a row have no movements, only the place of the last one matters.
        if self.waiting.back().is_some_and(|page| page.rows.is_empty()) {
            self.waiting.pop_back();
        }
        self.waiting.push_back(Page { rows, next });
    }

    /// The connection is lost.
    pub fn lose(&mut self) {
        self.forget();
        self.connection = Connection::Lost;
    }

    /// The session has ended.
    pub fn end(&mut self) {
        self.forget();
        self.connection = Connection::Over;
    }

    /// Pauses or resumes.
    pub fn toggle_pause(&mut self) {
        self.paused = !self.paused;
    }

    /// Whether the user has paused the page.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Whether to request a frame from the browser now. The frame calls [`Queue::draw`].
    pub fn request_frame(&mut self) -> bool {
        let due = !self.paused && !self.waiting.is_empty();
        due && !mem::replace(&mut self.drawing, true)
    }

    /// The page to show in this frame. `None` if the queue was paused or emptied meanwhile.
    pub fn draw(&mut self) -> Option<Page> {
        self.drawing = false;
        if self.paused {
            return None;
        }
        let page = self.waiting.pop_front()?;
        self.shown.clone_from(&page.next);
        Some(page)
    }

    /// What the page says about its stream.
    #[must_use]
    pub fn status(&self) -> Status {
        match self.connection {
            Connection::Off => Status::Off,
            Connection::Over => Status::Over,
            Connection::Lost => Status::Reconnecting,
            _ if self.paused => Status::Paused,
            Connection::Opening => Status::Connecting,
            // On a busy day a few movements are always waiting. The page still counts as live.
            Connection::Open if self.behind() > MOST_ROWS as u64 => Status::CatchingUp,
            Connection::Open => Status::Live,
        }
    }

    /// About how many movements are not shown yet.
    #[must_use]
    pub fn behind(&self) -> u64 {
        let waiting: usize = self.waiting.iter().map(|page| page.rows.len()).sum();
        self.behind + waiting as u64
    }

    fn forget(&mut self) {
        self.behind = self.behind();
        self.waiting.clear();
    }
}

/// Adds a page's movements at the top, and drops the oldest rows beyond `MOST_ROWS`.
pub fn prepend(shown: &mut Rows, rows: Vec<LedgerRow>) {
    let newest = rows.into_iter().rev().take(MOST_ROWS).map(Arc::new);
    shown.splice(..0, newest);
    shown.truncate(MOST_ROWS);
}

#[cfg(test)]
mod tests;
