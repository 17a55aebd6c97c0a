//! Limits on sign-in attempts: per name and address, per name, and per address.
//!
//! They are the same for names that do not exist.

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

/// From one address, five at once and then one a minute. This machine is no exception: a
/// password is no easier to guess from here.
const FROM_ONE: Quota =
    Quota::per_minute(NonZeroU32::MIN).allow_burst(NonZeroU32::new(5).expect("is not 0"));
/// From anywhere, sixty at once and then one in ten seconds.
const FROM_ALL: Quota = Quota::per_minute(NonZeroU32::new(6).expect("is not 0"))
    .allow_burst(NonZeroU32::new(60).expect("is not 0"));
/// Under any name, thirty at once and then one in two seconds: a whole shop may sit behind one
/// address, but whoever goes through names, or wants passwords hashed, soon waits.
const OF_ONE: Quota = Quota::per_minute(NonZeroU32::new(30).expect("is not 0"));
/// Those who are quiet for long enough are forgotten once in so many questions.
const FORGET_EVERY: u32 = 1_024;
/// The beginning of a name is enough to tell it, however long what was typed is.
const LONGEST_NAME: usize = 40;

/// Who has tried to sign in.
#[derive(Debug)]
pub(crate) struct SignInLimits {
    from_one: DefaultKeyedRateLimiter<(Client, String)>,
    from_all: DefaultKeyedRateLimiter<String>,
    of_one: DefaultKeyedRateLimiter<Client>,
    asked: AtomicU32,
}

impl Default for SignInLimits {
    fn default() -> Self {
        Self {
            from_one: RateLimiter::keyed(FROM_ONE),
            from_all: RateLimiter::keyed(FROM_ALL),
            of_one: RateLimiter::keyed(OF_ONE),
            asked: AtomicU32::new(0),
        }
    }
}

impl SignInLimits {
    /// Whether one more may be made. It counts, whatever comes of it.
    pub(crate) fn check(&self, client: Client, name: &str) -> Result<(), RateLimited> {
        if self.asked.fetch_add(1, Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.from_one.retain_recent();
            self.from_all.retain_recent();
            self.of_one.retain_recent();
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
        let of_one = self.of_one.check_key(&client);
        of_one.map_err(|not_until| RateLimited(wait(not_until)))?;
        let from_one = self.from_one.check_key(&(client, name.clone()));
        from_one.map_err(|not_until| RateLimited(wait(not_until)))?;
        let from_all = self.from_all.check_key(&name);
        from_all.map_err(|not_until| RateLimited(wait(not_until)))
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
    fn five_tries_under_one_name_and_then_one_a_minute() {
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
    fn many_addresses_together_try_one_name_so_often_and_no_more() {
        let sign_in_limits = SignInLimits::default();
        let tries = (0..1_000).map(|number| sign_in_limits.check(client(number), "ann"));
        let allowed = tries.filter(Result::is_ok).count();
        assert!((60..=62).contains(&allowed), "{allowed}");
    }

    #[test]
    fn one_address_tries_many_names_so_often_and_no_more() {
        let sign_in_limits = SignInLimits::default();
        let tries =
            (0..200).map(|number| sign_in_limits.check(client(1), &format!("name{number}")));
        let allowed = tries.filter(Result::is_ok).count();
        assert!((30..=32).contains(&allowed), "{allowed}");
        assert_eq!(
            sign_in_limits.check(client(2), "name0"),
            Ok(()),
            "others may"
        );
    }

    #[test]
    fn what_is_typed_as_a_name_is_not_kept_at_length() {
        let sign_in_limits = SignInLimits::default();
        let long = "x".repeat(100_000);
        sign_in_limits.check(client(1), &long).unwrap();
        assert_eq!(sign_in_limits.from_all.len(), 1);
        assert!(
            sign_in_limits
                .from_all
                .check_key(&"x".repeat(LONGEST_NAME))
                .is_ok()
        );
    }
}
