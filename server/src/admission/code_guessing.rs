//! Limits how often one client may ask for orders that do not exist.

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

/// How many misses a client may make in a burst.
const MAX_MISSES: f64 = 10.0;
/// How long until a client may miss once more. Six seconds allow ten misses a minute.
const MISS_EVERY: Duration = Duration::from_secs(6);
/// Expired misses are removed when this many clients are remembered, and then again at twice the
/// number that remained, if that is more.
const REMEMBERED: usize = 4_096;

/// Marks a response that says that the order does not exist, even if its HTTP status is not 404.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoSuchOrder;

/// The recent misses of each client.
///
/// An order code has sixty random bits and cannot be guessed, but each attempt costs the server
/// work. The limit leaves room for typing errors.
#[derive(Debug, Default)]
pub(crate) struct CodeGuessLimit(Mutex<Clients>);

#[derive(Debug, Default)]
struct Clients {
    misses: HashMap<Client, Misses>,
    /// The number of clients at which expired misses are removed next.
    forget_at: usize,
}

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

/// A request for an order, which counts as a miss until it is answered. Otherwise parallel requests
/// could exceed the limit. Dropping it takes the miss back, unless [`Guess::missed`] was called, so
/// a client that hangs up early makes no miss.
#[derive(Debug)]
#[must_use = "dropping it takes the miss back; call `missed` if the order does not exist"]
pub(crate) struct Guess<'a> {
    limit: &'a CodeGuessLimit,
    client: Client,
    missed: bool,
}

impl Guess<'_> {
    /// Records that the order does not exist.
    pub(crate) fn missed(mut self) {
        self.missed = true;
    }
}

impl Drop for Guess<'_> {
    fn drop(&mut self) {
        if !self.missed
            && let Some(misses) = self.limit.lock().misses.get_mut(&self.client)
        {
            misses.count = (misses.count - 1.0).max(0.0);
        }
    }
}

impl CodeGuessLimit {
    /// Checks whether this client may ask now.
    pub(crate) fn ask(&self, client: Client, now: Instant) -> Result<Guess<'_>, RateLimited> {
        if client != Client::Local {
            self.lock().count(client, now)?;
        }
        Ok(Guess {
            limit: self,
            client,
            missed: false,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Clients> {
        // Code that holds the lock cannot panic halfway through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clients {
    fn count(&mut self, client: Client, now: Instant) -> Result<(), RateLimited> {
        if self.misses.len() >= self.forget_at.max(REMEMBERED) {
            self.misses.retain(|_, misses| misses.now(now) > 0.0);
            self.forget_at = 2 * self.misses.len();
        }
        let known = self.misses.get(&client);
        let count = known.map_or(0.0, |misses| misses.now(now)) + 1.0;
        if count > MAX_MISSES {
            return Err(RateLimited(MISS_EVERY.mul_f64(count - MAX_MISSES)));
        }
        self.misses.insert(client, Misses { count, at: now });
        Ok(())
    }
}

/// Answers requests for orders, unless the client has made too many misses.
pub(crate) async fn limit_code_guessing(
    State(limit): State<Arc<CodeGuessLimit>>,
    client: Client,
    request: Request,
    next: Next,
) -> Response {
    let guess = match limit.ask(client, Instant::now()) {
        Ok(guess) => guess,
        Err(RateLimited(wait)) => return too_many(wait),
    };
    let response = next.run(request).await;
    let missed = response.status() == StatusCode::NOT_FOUND
        || response.extensions().get::<NoSuchOrder>().is_some();
    if missed {
        guess.missed();
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
            limit.ask(client(1), start).unwrap().missed();
        }
        assert!(limit.ask(client(1), start).is_err());
        assert!(limit.ask(client(2), start).is_ok(), "other clients may");
        let soon = start + MISS_EVERY / 2;
        let RateLimited(wait) = limit.ask(client(1), soon).unwrap_err();
        assert!(
            wait.abs_diff(MISS_EVERY / 2) < Duration::from_millis(1),
            "{wait:?}"
        );
        let later = start + MISS_EVERY;
        limit.ask(client(1), later).unwrap().missed();
        assert!(limit.ask(client(1), later).is_err());
    }

    #[test]
    fn a_dropped_guess_and_a_miss_from_this_machine_do_not_count() {
        let (limit, start) = (CodeGuessLimit::default(), Instant::now());
        for _ in 0..100 {
            drop(limit.ask(client(1), start).unwrap());
        }
        for _ in 0..100 {
            limit.ask(Client::Local, start).unwrap().missed();
        }
    }

    #[test]
    fn a_client_has_at_most_ten_unanswered_guesses() {
        let (limit, start) = (CodeGuessLimit::default(), Instant::now());
        let asked: Vec<_> = (0..10).map(|_| limit.ask(client(1), start)).collect();
        assert!(limit.ask(client(1), start).is_err());
        drop(asked);
        assert!(limit.ask(client(1), start).is_ok());
    }

    #[test]
    fn expired_misses_are_removed() {
        let (limit, start) = (CodeGuessLimit::default(), Instant::now());
        for number in 0..10 * REMEMBERED as u32 {
            let now = start + MISS_EVERY * number;
            limit.ask(client(number), now).unwrap().missed();
        }
        assert!(limit.lock().misses.len() <= REMEMBERED);
    }
}
