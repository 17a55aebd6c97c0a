//! Logs server errors by status and path, whatever else was logged about them.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::http::{Method, StatusCode, Uri};

/// The shortest time between two log lines about one kind of error. A full shop may refuse
/// thousands of requests a second.
const LOG_EVERY: Duration = Duration::from_secs(1);
/// The most kinds within that time; all further kinds share a line for each status. Otherwise a
/// client could flood the log with invented paths.
const MOST_KINDS: usize = 32;
/// Stands for all paths beyond [`MOST_KINDS`]. The first part of a path never contains a slash.
const ANY_OTHER: &str = "/";

/// Logs server errors, and counts those that came too soon after another of the same kind.
#[derive(Debug, Default)]
pub(crate) struct ServerErrorLog(Mutex<HashMap<Kind, Recent>>);

/// The status, and the part of the shop.
type Kind = (StatusCode, Box<str>);

/// The errors of one kind.
#[derive(Debug, Clone, Copy)]
struct Recent {
    logged_at: Instant,
    left_out: u64,
}

impl Recent {
    fn is_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.logged_at) >= LOG_EVERY
    }
}

impl ServerErrorLog {
    /// Logs the status of an answer, if it is a server error. `part` is the first part of the
    /// request's path.
    pub(crate) fn note(&self, method: &Method, part: &str, status: StatusCode) {
        if !status.is_server_error() {
            return;
        }
        if let Some(left_out) = self.may_log(part, status, Instant::now()) {
            tracing::warn!(
                status = status.as_u16(),
                %method,
                path = format!("/{part}"),
                left_out,
                "a request was answered with a server error"
            );
        }
    }

    /// Whether to log this error: `None` if it is too soon for another line of its kind, or else
    /// the number of errors of its kind that were left out since the last line.
    fn may_log(&self, part: &str, status: StatusCode, now: Instant) -> Option<u64> {
        // Code that holds the lock cannot panic halfway through a change.
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kind: Kind = (status, part.into());
        if !kinds.contains_key(&kind) && kinds.len() >= MOST_KINDS {
            kinds.retain(|_, recent| !recent.is_over(now));
            if kinds.len() >= MOST_KINDS {
                kind.1 = ANY_OTHER.into();
            }
        }
        match kinds.get_mut(&kind) {
            Some(recent) if !recent.is_over(now) => {
                recent.left_out += 1;
                None
            }
            known => {
                let left_out = known.map_or(0, |recent| recent.left_out);
                let recent = Recent {
                    logged_at: now,
                    left_out: 0,
                };
                kinds.insert(kind, recent);
                Some(left_out)
            }
        }
    }
}

/// The first part of a path. The rest is not logged: an order can be opened by anyone who knows its
/// address.
pub(crate) fn first_part(uri: &Uri) -> &str {
    uri.path().split('/').nth(1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: StatusCode = StatusCode::SERVICE_UNAVAILABLE;
    const BROKEN: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;

    #[test]
    fn errors_are_logged_once_a_second_and_the_others_are_counted() {
        let (log, start) = (ServerErrorLog::default(), Instant::now());
        let may_log = |after| log.may_log("live", FULL, start + after);
        assert_eq!(may_log(Duration::ZERO), Some(0));
        for _ in 0..1_000 {
            assert_eq!(may_log(LOG_EVERY / 2), None);
        }
        assert_eq!(may_log(LOG_EVERY), Some(1_000));
        assert_eq!(may_log(LOG_EVERY), None);
    }

    #[test]
    fn many_errors_of_one_kind_do_not_hide_another() {
        let (log, now) = (ServerErrorLog::default(), Instant::now());
        for _ in 0..1_000 {
            log.may_log("live", FULL, now);
        }
        assert_eq!(log.may_log("live", BROKEN, now), Some(0), "another status");
        assert_eq!(log.may_log("cart", FULL, now), Some(0), "another part");
        assert_eq!(log.may_log("cart", FULL, now), None);
    }

    /// Control: the errors of the whole shop are one kind.
    #[test]
    fn without_kinds_many_errors_hide_another() {
        let (log, now) = (ServerErrorLog::default(), Instant::now());
        let may_log = |_: &str, _: StatusCode| log.may_log("", FULL, now);
        assert_eq!(may_log("live", FULL), Some(0));
        for (part, status) in [("live", BROKEN), ("cart", FULL), ("cart", BROKEN)] {
            assert_eq!(may_log(part, status), None, "{part} {status} has no line");
        }
    }

    #[test]
    fn invented_paths_fill_neither_the_memory_nor_the_log() {
        let (log, start) = (ServerErrorLog::default(), Instant::now());
        let lines = (0..1_000).filter_map(|path| log.may_log(&path.to_string(), FULL, start));
        assert_eq!(lines.count(), MOST_KINDS + 1);
        assert_eq!(log.may_log("x", BROKEN, start), Some(0), "another status");
        assert!(log.0.lock().unwrap().len() <= MOST_KINDS + 2);
        let later = start + LOG_EVERY;
        assert_eq!(
            log.may_log("cart", FULL, later),
            Some(0),
            "the rest are over"
        );
        assert_eq!(log.0.lock().unwrap().len(), 1);
    }
}
