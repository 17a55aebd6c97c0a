//! A line in the log for server errors, whatever else was logged about them.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::http::{Method, StatusCode, Uri};

/// The shortest time between two lines. A shop that is too full refuses thousands of requests a
/// second.
const A_LINE_EVERY: Duration = Duration::from_secs(1);

/// Logs server errors, and counts those that came too soon after another.
#[derive(Debug, Default)]
pub(crate) struct ServerErrorLog(Mutex<Recent>);

#[derive(Debug, Default)]
struct Recent {
    logged_at: Option<Instant>,
    left_out: u64,
}

impl ServerErrorLog {
    /// Logs the status of an answer to a request for this part of the shop, if it is an error of
    /// the server.
    pub(crate) fn note(&self, method: &Method, part: &str, status: StatusCode) {
        if !status.is_server_error() {
            return;
        }
        if let Some(left_out) = self.turn(Instant::now()) {
            tracing::warn!(
                status = status.as_u16(),
                %method,
                path = format!("/{part}"),
                left_out,
                "a request was answered with a server error"
            );
        }
    }

    /// Whether it is time for a line, and how many errors were left out since the last.
    fn turn(&self, now: Instant) -> Option<u64> {
        // Code that holds the lock cannot panic halfway through a change.
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let logged_at = recent.logged_at;
        if logged_at.is_some_and(|at| now.saturating_duration_since(at) < A_LINE_EVERY) {
            recent.left_out += 1;
            return None;
        }
        recent.logged_at = Some(now);
        Some(std::mem::take(&mut recent.left_out))
    }
}

/// The first part of a path. The rest is not logged, because an order's address is the key to it.
pub(crate) fn first_part(uri: &Uri) -> &str {
    uri.path().split('/').nth(1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_logged_once_a_second_and_none_is_forgotten() {
        let (log, start) = (ServerErrorLog::default(), Instant::now());
        assert_eq!(log.turn(start), Some(0));
        for _ in 0..1_000 {
            assert_eq!(log.turn(start + A_LINE_EVERY / 2), None);
        }
        assert_eq!(log.turn(start + A_LINE_EVERY), Some(1_000));
        assert_eq!(log.turn(start + A_LINE_EVERY), None);
    }
}
