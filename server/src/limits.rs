//! How often one client may do what costs the others something.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::client::Client;

/// Clients that have been quiet for long enough are forgotten once in so many
/// questions, so that what is remembered does not grow.
const FORGET_EVERY: u32 = 4_096;

/// The limits of every client.
#[derive(Debug)]
pub(crate) struct Limits {
    new_holds: DefaultKeyedRateLimiter<Client>,
    asked: AtomicU32,
}

/// It has been done too often; after this long it may be done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooOften(pub(crate) Duration);

impl Limits {
    /// So many new holds a minute for each client, which may come all at once.
    pub(crate) fn new(holds_per_minute: NonZeroU32) -> Self {
        Self {
            new_holds: RateLimiter::keyed(Quota::per_minute(holds_per_minute)),
            asked: AtomicU32::new(0),
        }
    }

    /// Whether this client may take more copies now; if so, that counts.
    pub(crate) fn new_hold(&self, client: Client) -> Result<(), TooOften> {
        if client == Client::Local {
            return Ok(());
        }
        if self.asked.fetch_add(1, Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.new_holds.retain_recent();
            self.new_holds.shrink_to_fit();
        }
        self.new_holds
            .check_key(&client)
            .map_err(|not_until| TooOften(not_until.wait_time_from(DefaultClock::default().now())))
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
        let limits = Limits::new(NonZeroU32::new(3).unwrap());
        for _ in 0..3 {
            assert_eq!(limits.new_hold(client(1)), Ok(()));
        }
        let TooOften(wait) = limits.new_hold(client(1)).unwrap_err();
        assert!(
            wait > Duration::ZERO && wait <= Duration::from_secs(20),
            "{wait:?}"
        );
        assert_eq!(limits.new_hold(client(2)), Ok(()));
        for _ in 0..100 {
            assert_eq!(limits.new_hold(Client::Local), Ok(()));
        }
    }

    #[test]
    fn clients_that_have_gone_are_forgotten() {
        // A thousand a second, so that each is quiet at once.
        let limits = Limits::new(NonZeroU32::new(60_000_000).unwrap());
        for number in 0..10 * FORGET_EVERY {
            limits.new_hold(client(number)).unwrap();
        }
        let known = limits.new_holds.len();
        assert!(known <= FORGET_EVERY as usize * 2, "{known} are remembered");
    }
}
