//! How often one may try to sign in: so often under one name from one address, so often under
//! one name from anywhere, and so often from one address under any name. Whether anybody has
//! the name makes no difference.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::admission::{client::Client, rate_limits::TooOften};

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
pub(crate) struct Attempts {
    from_one: DefaultKeyedRateLimiter<(Client, String)>,
    from_all: DefaultKeyedRateLimiter<String>,
    of_one: DefaultKeyedRateLimiter<Client>,
    asked: AtomicU32,
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            from_one: RateLimiter::keyed(FROM_ONE),
            from_all: RateLimiter::keyed(FROM_ALL),
            of_one: RateLimiter::keyed(OF_ONE),
            asked: AtomicU32::new(0),
        }
    }
}

impl Attempts {
    /// Whether one more may be made. It counts, whatever comes of it.
    pub(crate) fn one_more(&self, client: Client, name: &str) -> Result<(), TooOften> {
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
        of_one.map_err(|not_until| TooOften(wait(not_until)))?;
        let from_one = self.from_one.check_key(&(client, name.clone()));
        from_one.map_err(|not_until| TooOften(wait(not_until)))?;
        let from_all = self.from_all.check_key(&name);
        from_all.map_err(|not_until| TooOften(wait(not_until)))
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
        let attempts = Attempts::default();
        for spelled in ["ann", "Ann", " ann ", "ANN", "ann"] {
            assert_eq!(attempts.one_more(Client::Local, spelled), Ok(()));
        }
        let TooOften(wait) = attempts.one_more(Client::Local, "ann").unwrap_err();
        assert!(wait <= Duration::from_secs(60), "{wait:?}");
        assert_eq!(attempts.one_more(Client::Local, "ben"), Ok(()));
        assert_eq!(
            attempts.one_more(client(1), "ann"),
            Ok(()),
            "not from elsewhere"
        );
    }

    #[test]
    fn many_addresses_together_try_one_name_so_often_and_no_more() {
        let attempts = Attempts::default();
        let tries = (0..1_000).map(|number| attempts.one_more(client(number), "ann"));
        let allowed = tries.filter(Result::is_ok).count();
        assert!((60..=62).contains(&allowed), "{allowed}");
    }

    #[test]
    fn one_address_tries_many_names_so_often_and_no_more() {
        let attempts = Attempts::default();
        let tries = (0..200).map(|number| attempts.one_more(client(1), &format!("name{number}")));
        let allowed = tries.filter(Result::is_ok).count();
        assert!((30..=32).contains(&allowed), "{allowed}");
        assert_eq!(attempts.one_more(client(2), "name0"), Ok(()), "others may");
    }

    #[test]
    fn what_is_typed_as_a_name_is_not_kept_at_length() {
        let attempts = Attempts::default();
        let long = "x".repeat(100_000);
        attempts.one_more(client(1), &long).unwrap();
        assert_eq!(attempts.from_all.len(), 1);
        assert!(
            attempts
                .from_all
                .check_key(&"x".repeat(LONGEST_NAME))
                .is_ok()
        );
    }
}
