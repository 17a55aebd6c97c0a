//! Rate limits for each client.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use super::client::Client;

/// Idle clients are removed once in this many checks, so that memory does not grow.
const FORGET_EVERY: u32 = 4_096;

/// How many connection-check requests one client may make in a minute, and in a burst. The page
/// makes about ten.
pub(crate) const CHECKS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(120).expect("it is not zero");

/// How many buzz searches one client may make in a minute, and in a burst. Each may cause a request
/// to the provider.
pub(crate) const BUZZ_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("it is not zero");

/// A rate limit for each client.
#[derive(Debug)]
pub(crate) struct RateLimit {
    limiter: DefaultKeyedRateLimiter<Client>,
    asked: AtomicU32,
}

/// The limit is reached, and this long remains until the next attempt is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RateLimited(pub(crate) Duration);

impl RateLimit {
    /// Allows each client this many attempts a minute, and as many in a burst.
    pub(crate) fn per_minute(most: NonZeroU32) -> Self {
        Self {
            limiter: RateLimiter::keyed(Quota::per_minute(most)),
            asked: AtomicU32::new(0),
        }
    }

    /// Checks whether this client is below its limit, and counts the attempt if it is.
    pub(crate) fn check(&self, client: Client) -> Result<(), RateLimited> {
        if client == Client::Local {
            return Ok(());
        }
        if self.asked.fetch_add(1, Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter.check_key(&client).map_err(|not_until| {
            RateLimited(not_until.wait_time_from(DefaultClock::default().now()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(number: u32) -> Client {
        Client::Network(std::net::IpAddr::V4(number.into()))
    }

    #[test]
    fn only_the_client_above_its_limit_is_refused() {
        let limit = RateLimit::per_minute(NonZeroU32::new(3).unwrap());
        for _ in 0..3 {
            assert_eq!(limit.check(client(1)), Ok(()));
        }
        let RateLimited(wait) = limit.check(client(1)).unwrap_err();
        assert!(
            wait > Duration::ZERO && wait <= Duration::from_secs(20),
            "{wait:?}"
        );
        assert_eq!(limit.check(client(2)), Ok(()));
        for _ in 0..100 {
            assert_eq!(limit.check(Client::Local), Ok(()));
        }
    }

    #[test]
    fn idle_clients_are_removed() {
        // The limit is so high that every client is idle again at once.
        let limit = RateLimit::per_minute(NonZeroU32::new(60_000_000).unwrap());
        for number in 0..10 * FORGET_EVERY {
            limit.check(client(number)).unwrap();
        }
        let known = limit.limiter.len();
        assert!(known <= FORGET_EVERY as usize * 2, "{known} are remembered");
    }
}
