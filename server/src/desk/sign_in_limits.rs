//! Limits on sign-in attempts: per name and address, per name, and per address.
//!
//! They apply equally to names that do not exist.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::admission::{client::Client, rate_limits::RateLimited};

/// One name from one address: five at once, then one a minute. This machine is not exempt, because
/// a password is as easy to guess from here.
const PER_NAME_AND_ADDRESS: Quota =
    Quota::per_minute(NonZeroU32::MIN).allow_burst(NonZeroU32::new(5).expect("is not 0"));
/// One name from all addresses: sixty at once, then one in ten seconds.
const PER_NAME: Quota = Quota::per_minute(NonZeroU32::new(6).expect("is not 0"))
    .allow_burst(NonZeroU32::new(60).expect("is not 0"));
/// All names from one address: thirty at once, then one in two seconds. Staff may share an address,
/// but one that tries many names, or makes many hashes, has to wait.
const PER_ADDRESS: Quota = Quota::per_minute(NonZeroU32::new(30).expect("is not 0"));
/// Idle clients are removed once in this many checks.
const FORGET_EVERY: u32 = 1_024;
/// Only the first characters of a name are used, however long the input is.
const LONGEST_NAME: usize = 40;

/// The recent attempts to sign in.
#[derive(Debug)]
pub(crate) struct SignInLimits {
    per_name_and_address: DefaultKeyedRateLimiter<(Client, String)>,
    per_name: DefaultKeyedRateLimiter<String>,
    per_address: DefaultKeyedRateLimiter<Client>,
    asked: AtomicU32,
}

impl Default for SignInLimits {
    fn default() -> Self {
        Self {
            per_name_and_address: RateLimiter::keyed(PER_NAME_AND_ADDRESS),
            per_name: RateLimiter::keyed(PER_NAME),
            per_address: RateLimiter::keyed(PER_ADDRESS),
            asked: AtomicU32::new(0),
        }
    }
}

impl SignInLimits {
    /// Checks whether one more attempt is allowed. It counts in any case.
    pub(crate) fn check(&self, client: Client, name: &str) -> Result<(), RateLimited> {
        if self.asked.fetch_add(1, Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.per_name_and_address.retain_recent();
            self.per_name.retain_recent();
            self.per_address.retain_recent();
        }
        let name: String = name
            .trim()
            .to_lowercase()
            .chars()
            .take(LONGEST_NAME)
            .collect();
        let wait = |not_until: governor::NotUntil<_>| -> Duration {
            not_until.wait_time_from(DefaultClock::default().now())
        };
        let per_address = self.per_address.check_key(&client);
        per_address.map_err(|not_until| RateLimited(wait(not_until)))?;
        let per_name_and_address = self.per_name_and_address.check_key(&(client, name.clone()));
        per_name_and_address.map_err(|not_until| RateLimited(wait(not_until)))?;
        let per_name = self.per_name.check_key(&name);
        per_name.map_err(|not_until| RateLimited(wait(not_until)))
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    fn client(number: u32) -> Client {
        Client::Network(IpAddr::V4(Ipv4Addr::from_bits(number)))
    }

    #[test]
    fn five_attempts_for_one_name_and_then_one_a_minute() {
        let sign_in_limits = SignInLimits::default();
        for spelled in ["ann", "Ann", " ann ", "ANN", "ann"] {
            assert_eq!(sign_in_limits.check(Client::Local, spelled), Ok(()));
        }
        let RateLimited(wait) = sign_in_limits.check(Client::Local, "ann").unwrap_err();
        assert!(wait <= Duration::from_secs(60), "{wait:?}");
        assert_eq!(sign_in_limits.check(Client::Local, "ben"), Ok(()));
        assert_eq!(
            sign_in_limits.check(client(1), "ann"),
            Ok(()),
            "not from elsewhere"
        );
    }

    #[test]
    fn attempts_for_one_name_are_limited_across_addresses() {
        let sign_in_limits = SignInLimits::default();
        let tries = (0..1_000).map(|number| sign_in_limits.check(client(number), "ann"));
        let allowed = tries.filter(Result::is_ok).count();
        assert!((60..=62).contains(&allowed), "{allowed}");
    }

    #[test]
    fn attempts_from_one_address_are_limited_across_names() {
        let sign_in_limits = SignInLimits::default();
        let tries =
            (0..200).map(|number| sign_in_limits.check(client(1), &format!("name{number}")));
        let allowed = tries.filter(Result::is_ok).count();
        assert!((30..=32).contains(&allowed), "{allowed}");
        assert_eq!(
            sign_in_limits.check(client(2), "name0"),
            Ok(()),
            "other clients may"
        );
    }

    #[test]
    fn only_the_first_characters_of_a_name_are_kept() {
        let sign_in_limits = SignInLimits::default();
        let long = "x".repeat(100_000);
        sign_in_limits.check(client(1), &long).unwrap();
        assert_eq!(sign_in_limits.per_name.len(), 1);
        assert!(
            sign_in_limits
                .per_name
                .check_key(&"x".repeat(LONGEST_NAME))
                .is_ok()
        );
    }
}
