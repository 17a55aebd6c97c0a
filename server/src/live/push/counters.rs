//! What the live feed counts, for operators.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tungstenite::protocol::frame::coding::CloseCode;

use crate::metric::Count;

/// Counts since the start, of all loops together.
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

    /// Sockets that are open now.
    pub(crate) fn open_sockets(&self) -> usize {
        // In this order, so that one that closes in between is not counted below zero.
        let closed = self.closed.load(Relaxed);
        let open = self.opened.load(Relaxed).saturating_sub(closed);
        usize::try_from(open).unwrap_or(usize::MAX)
    }

    /// A long poll had to wait.
    pub(crate) fn wait_begun(&self) {
        self.waits.fetch_add(1, Relaxed);
    }

    /// It was answered, or has left.
    pub(crate) fn wait_ended(&self) {
        self.waits_ended.fetch_add(1, Relaxed);
    }

    /// Long polls that wait now.
    pub(crate) fn open_waits(&self) -> u64 {
        // In this order, for the reason given above.
        let ended = self.waits_ended.load(Relaxed);
        self.waits.load(Relaxed).saturating_sub(ended)
    }

    /// A connection was told that there is no place for it.
    pub(crate) fn refused_for_want_of_place(&self) {
        self.no_place.fetch_add(1, Relaxed);
    }

    /// A connection was let go without a word.
    pub(crate) fn refused_without_a_word(&self) {
        self.no_word.fetch_add(1, Relaxed);
    }

    /// Too many from an address that a proxy has named.
    pub(crate) fn refused_for_address(&self) {
        self.address.fetch_add(1, Relaxed);
    }

    /// A page of another site has asked for the feed.
    pub(crate) fn refused_for_origin(&self) {
        self.origin.fetch_add(1, Relaxed);
    }

    /// A client was sent away for what it has sent.
    pub(super) fn violated(&self, code: CloseCode) {
        let counter = match code {
            CloseCode::Size => &self.too_large,
            CloseCode::Invalid => &self.not_utf8,
            CloseCode::Policy => &self.against_policy,
            _ => &self.malformed,
        };
        counter.fetch_add(1, Relaxed);
    }

    /// Each count with its name, its labels and what it means.
    pub(crate) fn all(&self) -> [Count; 14] {
        const DROPPED: (&str, &str) = (
            "burts_sockets_dropped_total",
            "Sockets that the shop has ended, by reason",
        );
        let dropped =
            |label, counter: &AtomicU64| Count(DROPPED.0, label, DROPPED.1, counter.load(Relaxed));
        const REFUSED: (&str, &str) = (
            "burts_refused_total",
            "Connections and questions to the feed that were refused, by reason",
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
                "Sockets closed, by whomever",
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
