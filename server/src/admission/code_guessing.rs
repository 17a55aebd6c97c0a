//! Limits how often one client may ask for orders that do not exist.
//!
//! An order code has sixty random bits and cannot be guessed, but a client that tries makes work.
//! The limit leaves room for typing errors.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{client::Client, rate_limits::RateLimited};
use crate::http::refusal::refuse;

/// The misses a client may make at once,
const MAX_MISSES: f64 = 10.0;
/// and the time after which it may make one more: ten a minute.
const MISS_EVERY: Duration = Duration::from_secs(6);
/// Above this many clients, those whose misses have expired are removed.
const REMEMBERED: usize = 4_096;

/// Marks a response that says the order does not exist, whatever its status.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoSuchOrder;

/// The recent misses of each client.
#[derive(Debug, Default)]
pub(crate) struct CodeGuessLimit(Mutex<HashMap<Client, Misses>>);

#[derive(Debug, Clone, Copy)]
struct Misses {
    /// The count at time `at`. It decreases with time.
    count: f64,
    at: Instant,
}

impl Misses {
    fn now(self, now: Instant) -> f64 {
        let forgiven = now
            .saturating_duration_since(self.at)
            .div_duration_f64(MISS_EVERY);
        (self.count - forgiven).max(0.0)
    }
}

impl CodeGuessLimit {
    /// Checks whether this client may ask now. The request counts as a miss until [`Self::hit`] is
    /// called, so that parallel requests cannot exceed the limit.
    pub(crate) fn ask(&self, client: Client, now: Instant) -> Result<(), RateLimited> {
        if client == Client::Local {
            return Ok(());
        }
        let mut clients = self.lock();
        if clients.len() >= REMEMBERED {
            clients.retain(|_, misses| misses.now(now) > 0.0);
        }
        let known = clients.get(&client).map_or(0.0, |misses| misses.now(now));
        let count = known + 1.0;
        if count > MAX_MISSES {
            return Err(RateLimited(MISS_EVERY.mul_f64(count - MAX_MISSES)));
        }
        clients.insert(client, Misses { count, at: now });
        Ok(())
    }

    /// Takes back a miss, because the order exists.
    pub(crate) fn hit(&self, client: Client) {
        if let Some(misses) = self.lock().get_mut(&client) {
            misses.count = (misses.count - 1.0).max(0.0);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Client, Misses>> {
        // Code that holds the lock cannot panic halfway through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers requests for orders, unless the client has made too many misses.
pub(crate) async fn limit_code_guessing(
    State(limit): State<Arc<CodeGuessLimit>>,
    client: Client,
    request: Request,
    next: Next,
) -> Response {
    if let Err(RateLimited(wait)) = limit.ask(client, Instant::now()) {
        return too_many(wait);
    }
    let response = next.run(request).await;
    let missed = response.status() == StatusCode::NOT_FOUND
        || response.extensions().get::<NoSuchOrder>().is_some();
    if !missed {
        limit.hit(client);
    }
    response
}

fn too_many(wait: Duration) -> Response {
    let sentence = |language| app::say!(language, page.guessing);
    let mut response = refuse(StatusCode::TOO_MANY_REQUESTS, sentence).into_response();
    let seconds = HeaderValue::from(wait.as_secs() + 1);
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    fn client(number: u32) -> Client {
        Client::Network(IpAddr::V4(Ipv4Addr::from_bits(number)))
    }

    #[test]
    fn ten_misses_are_free_and_then_one_every_six_seconds() {
        let (limit, start) = (CodeGuessLimit::default(), Instant::now());
        for _ in 0..10 {
            assert_eq!(limit.ask(client(1), start), Ok(()));
        }
        assert!(limit.ask(client(1), start).is_err());
        assert_eq!(limit.ask(client(2), start), Ok(()), "other clients may");
        let soon = start + MISS_EVERY / 2;
        let RateLimited(wait) = limit.ask(client(1), soon).unwrap_err();
        assert!(
            wait.abs_diff(MISS_EVERY / 2) < Duration::from_millis(1),
            "{wait:?}"
        );
        let later = start + MISS_EVERY;
        assert_eq!(limit.ask(client(1), later), Ok(()));
        assert!(limit.ask(client(1), later).is_err());
    }

    #[test]
    fn finding_an_order_takes_back_the_miss() {
        let (limit, start) = (CodeGuessLimit::default(), Instant::now());
        for _ in 0..100 {
            assert_eq!(limit.ask(client(1), start), Ok(()));
            limit.hit(client(1));
        }
        for _ in 0..100 {
            assert_eq!(limit.ask(Client::Local, start), Ok(()));
        }
    }

    #[test]
    fn expired_misses_are_removed() {
        let (limit, start) = (CodeGuessLimit::default(), Instant::now());
        for number in 0..10 * REMEMBERED as u32 {
            let now = start + MISS_EVERY * number;
            limit.ask(client(number), now).unwrap();
        }
        assert!(limit.lock().len() <= REMEMBERED);
    }
}
