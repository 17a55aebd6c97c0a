//! Rate limits: how often one client may do what costs others something.

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

/// Clients that have been quiet for long enough are forgotten once in so many
/// questions, so that what is remembered does not grow.
const FORGET_EVERY: u32 = 4_096;

/// As often as a client may ask for a part of the connection check, in a minute and all at
/// once: its page asks some ten times.
pub(crate) const CHECKS_PER_MINUTE: NonZeroU32 =
    NonZeroU32::new(120).expect("it is more than none");

/// As often as a client may ask what is being talked about, in a minute and all at once: each
/// time may be one for the provider too.
pub(crate) const BUZZ_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("it is more than none");

/// So often for each client.
#[derive(Debug)]
pub(crate) struct RateLimit {
    limiter: DefaultKeyedRateLimiter<Client>,
    asked: AtomicU32,
}

/// It has been done too often; after this long it may be done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RateLimited(pub(crate) Duration);

impl RateLimit {
    /// So many a minute, which may come all at once.
    pub(crate) fn per_minute(most: NonZeroU32) -> Self {
        Self {
            limiter: RateLimiter::keyed(Quota::per_minute(most)),
            asked: AtomicU32::new(0),
        }
    }

    /// Whether this client may do it once more now; if so, that counts.
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
    fn a_client_that_takes_too_often_waits_and_no_other_does() {
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
    fn clients_that_have_gone_are_forgotten() {
        // A thousand a second, so that each is quiet at once.
        let limit = RateLimit::per_minute(NonZeroU32::new(60_000_000).unwrap());
        for number in 0..10 * FORGET_EVERY {
            limit.check(client(number)).unwrap();
        }
        let known = limit.limiter.len();
        assert!(known <= FORGET_EVERY as usize * 2, "{known} are remembered");
    }
}
