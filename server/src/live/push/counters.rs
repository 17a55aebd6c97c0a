//! Metrics of the live feed.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tungstenite::protocol::frame::coding::CloseCode;

use crate::metric::Count;

/// Counts since the start, of all event loops together.
#[derive(Debug, Default)]
pub(crate) struct LiveCounters {
    opened: AtomicU64,
    closed: AtomicU64,
    messages: AtomicU64,
    slow_readers: AtomicU64,
    silent: AtomicU64,
    too_large: AtomicU64,
    malformed: AtomicU64,
    not_utf8: AtomicU64,
    against_policy: AtomicU64,
    waits: AtomicU64,
    waits_ended: AtomicU64,
    no_place: AtomicU64,
    no_word: AtomicU64,
    address: AtomicU64,
    origin: AtomicU64,
}

impl LiveCounters {
    pub(super) fn sockets_opened(&self) {
        self.opened.fetch_add(1, Relaxed);
    }

    pub(super) fn sockets_closed(&self) {
        self.closed.fetch_add(1, Relaxed);
    }

    pub(super) fn message_sent(&self) {
        self.messages.fetch_add(1, Relaxed);
    }

    pub(super) fn slow_reader_dropped(&self) {
        self.slow_readers.fetch_add(1, Relaxed);
    }

    pub(super) fn silent_dropped(&self) {
        self.silent.fetch_add(1, Relaxed);
    }

    /// The sockets that are open now.
    pub(crate) fn open_sockets(&self) -> usize {
        // `closed` is read before `opened`, so that a socket that closes in between does not make
        // the difference negative.
        let closed = self.closed.load(Relaxed);
        let open = self.opened.load(Relaxed).saturating_sub(closed);
        usize::try_from(open).unwrap_or(usize::MAX)
    }

    /// A long poll has started to wait.
    pub(crate) fn wait_begun(&self) {
        self.waits.fetch_add(1, Relaxed);
    }

    /// A long poll was answered, or its client has disconnected.
    pub(crate) fn wait_ended(&self) {
        self.waits_ended.fetch_add(1, Relaxed);
    }

    /// The long polls that are waiting now.
    pub(crate) fn open_waits(&self) -> u64 {
        // In this order, for the reason given in `open_sockets`.
        let ended = self.waits_ended.load(Relaxed);
        self.waits.load(Relaxed).saturating_sub(ended)
    }

    /// A connection was refused with a message.
    pub(crate) fn refused_without_room(&self) {
        self.no_place.fetch_add(1, Relaxed);
    }

    /// A connection was dropped without an answer.
    pub(crate) fn dropped_without_answer(&self) {
        self.no_word.fetch_add(1, Relaxed);
    }

    /// A client behind a proxy has too many connections.
    pub(crate) fn refused_for_address(&self) {
        self.address.fetch_add(1, Relaxed);
    }

    /// A page of another site has asked for the feed.
    pub(crate) fn refused_for_origin(&self) {
        self.origin.fetch_add(1, Relaxed);
    }

    /// A client was disconnected because of what it sent.
    pub(super) fn violated(&self, code: CloseCode) {
        let counter = match code {
            CloseCode::Size => &self.too_large,
            CloseCode::Invalid => &self.not_utf8,
            CloseCode::Policy => &self.against_policy,
            _ => &self.malformed,
        };
        counter.fetch_add(1, Relaxed);
    }

    /// Each counter with its name, labels and help text.
    pub(crate) fn all(&self) -> [Count; 14] {
        const DROPPED: (&str, &str) = (
            "burts_sockets_dropped_total",
            "Sockets closed by the shop, by reason",
        );
        let dropped =
            |label, counter: &AtomicU64| Count(DROPPED.0, label, DROPPED.1, counter.load(Relaxed));
        const REFUSED: (&str, &str) = (
            "burts_refused_total",
            "Connections and live requests refused, by reason",
        );
        let refused =
            |label, counter: &AtomicU64| Count(REFUSED.0, label, REFUSED.1, counter.load(Relaxed));
        [
            Count(
                "burts_sockets_opened_total",
                "",
                "Sockets opened",
                self.opened.load(Relaxed),
            ),
            Count(
                "burts_sockets_closed_total",
                "",
                "Sockets closed, by either side",
                self.closed.load(Relaxed),
            ),
            Count(
                "burts_socket_messages_total",
                "",
                "Changes sent on sockets",
                self.messages.load(Relaxed),
            ),
            dropped("reason=\"slow_reader\"", &self.slow_readers),
            dropped("reason=\"silent\"", &self.silent),
            dropped("reason=\"too_large\"", &self.too_large),
            dropped("reason=\"malformed\"", &self.malformed),
            dropped("reason=\"not_utf8\"", &self.not_utf8),
            dropped("reason=\"policy\"", &self.against_policy),
            Count(
                "burts_waits_total",
                "",
                "Long polls that had to wait",
                self.waits.load(Relaxed),
            ),
            refused("reason=\"no_place\"", &self.no_place),
            refused("reason=\"no_word\"", &self.no_word),
            refused("reason=\"address\"", &self.address),
            refused("reason=\"origin\"", &self.origin),
        ]
    }
}
