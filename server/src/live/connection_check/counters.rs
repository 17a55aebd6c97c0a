//! Metrics of the connection check.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::metric::Count;

/// Why the shop closed a socket of the check.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ended {
    /// The socket was idle, or open for too long.
    Over,
    /// The client did not read.
    SlowReader,
    TooLarge,
    /// The client violated the protocol.
    Malformed,
    NotUtf8,
    /// The client sent more than it may.
    Policy,
}

/// Counts since the start.
#[derive(Debug, Default)]
pub(crate) struct CheckCounters {
    sockets: AtomicU64,
    sockets_closed: AtomicU64,
    streams: AtomicU64,
    waits: AtomicU64,
    too_often: AtomicU64,
    no_place: AtomicU64,
    origin: AtomicU64,
    ended: [AtomicU64; 6],
}

fn one_more(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

impl CheckCounters {
    pub(super) fn socket_opened(&self) {
        one_more(&self.sockets);
    }

    pub(super) fn socket_closed(&self) {
        one_more(&self.sockets_closed);
    }

    pub(super) fn stream_begun(&self) {
        one_more(&self.streams);
    }

    pub(super) fn wait_begun(&self) {
        one_more(&self.waits);
    }

    pub(super) fn refused_too_often(&self) {
        one_more(&self.too_often);
    }

    pub(super) fn refused_without_room(&self) {
        one_more(&self.no_place);
    }

    pub(super) fn refused_for_origin(&self) {
        one_more(&self.origin);
    }

    pub(super) fn ended(&self, why: Ended) {
        one_more(&self.ended[why as usize]);
    }

    /// Each counter with its name, labels and help text.
    pub(crate) fn all(&self) -> Vec<Count> {
        const BEGUN: (&str, &str) = ("burts_checks_total", "Connection checks started, by kind");
        const REFUSED: (&str, &str) = (
            "burts_checks_refused_total",
            "Connection checks refused, by reason",
        );
        const ENDED: (&str, &str) = (
            "burts_check_sockets_dropped_total",
            "Connection check sockets closed by the shop, by reason",
        );
        let count = |(name, help), labels, counter: &AtomicU64| {
            Count(name, labels, help, counter.load(Relaxed))
        };
        let ended = |why: Ended, labels| count(ENDED, labels, &self.ended[why as usize]);
        vec![
            count(BEGUN, "way=\"socket\"", &self.sockets),
            count(BEGUN, "way=\"stream\"", &self.streams),
            count(BEGUN, "way=\"wait\"", &self.waits),
            count(
                (
                    "burts_check_sockets_closed_total",
                    "Connection check sockets closed, by either side",
                ),
                "",
                &self.sockets_closed,
            ),
            ended(Ended::Over, "reason=\"over\""),
            ended(Ended::SlowReader, "reason=\"slow_reader\""),
            ended(Ended::TooLarge, "reason=\"too_large\""),
            ended(Ended::Malformed, "reason=\"malformed\""),
            ended(Ended::NotUtf8, "reason=\"not_utf8\""),
            ended(Ended::Policy, "reason=\"policy\""),
            count(REFUSED, "reason=\"too_often\"", &self.too_often),
            count(REFUSED, "reason=\"no_place\"", &self.no_place),
            count(REFUSED, "reason=\"origin\"", &self.origin),
        ]
    }
}
