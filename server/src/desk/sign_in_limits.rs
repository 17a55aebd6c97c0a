//! Limits on sign-in attempts: per name and address, per name, and per address.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use shop::StaffName;

use super::known_browsers::KnownBrowser;
use crate::admission::{client::Client, rate_limits::RateLimited};

/// The limit for one name from one address: five attempts in a burst, then one a minute. This
/// machine is not exempt, because a password is as easy to guess from here.
const PER_NAME_AND_ADDRESS: Quota =
    Quota::per_minute(NonZeroU32::MIN).allow_burst(NonZeroU32::new(5).expect("is not 0"));
/// The limit for one name from all addresses: sixty attempts in a burst, then one in ten seconds.
const PER_NAME: Quota = Quota::per_minute(NonZeroU32::new(6).expect("is not 0"))
    .allow_burst(NonZeroU32::new(60).expect("is not 0"));
/// The limit for all names from one address: thirty attempts in a burst, then one in two seconds.
/// Staff may share an address, but an address that tries many names has to wait.
const PER_ADDRESS: Quota = Quota::per_minute(NonZeroU32::new(30).expect("is not 0"));
/// Idle clients are removed once in this many checks.
const FORGET_EVERY: u32 = 1_024;
/// How many characters of a name are used, however long the input is.
const LONGEST_NAME: usize = 40;
/// An address is known for this long after somebody has signed in there.
const KNOWN_FOR: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// The most known pairs of a name and an address. Beyond that, the oldest is forgotten.
const MOST_KNOWN: usize = 1_024;

/// The recent attempts to sign in.
///
/// The limits apply equally to names that do not exist. Strangers who try many passwords from many
/// addresses use up the limit per name, but must not lock out the person with that name. So a
/// browser in which that person has signed in has a limit of its own, and an address where that
/// person has signed in is exempt from the limit per name.
#[derive(Debug)]
pub(super) struct SignInLimits {
    per_name_and_address: DefaultKeyedRateLimiter<(Client, String)>,
    per_name: DefaultKeyedRateLimiter<String>,
    per_address: DefaultKeyedRateLimiter<Client>,
    /// By the browser's id.
    per_known_browser: DefaultKeyedRateLimiter<String>,
    /// Where each name has signed in, and when.
    known_addresses: Mutex<HashMap<(Client, String), Instant>>,
    asked: AtomicU32,
}

/// Whether an attempt comes from a place where the same person has signed in before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Familiarity {
    /// The browser or the address is known.
    Known,
    /// Neither the browser nor the address is known.
    Stranger,
}

impl Default for SignInLimits {
    fn default() -> Self {
        Self {
            per_name_and_address: RateLimiter::keyed(PER_NAME_AND_ADDRESS),
            per_name: RateLimiter::keyed(PER_NAME),
            per_address: RateLimiter::keyed(PER_ADDRESS),
            per_known_browser: RateLimiter::keyed(PER_NAME_AND_ADDRESS),
            known_addresses: Mutex::default(),
            asked: AtomicU32::new(0),
        }
    }
}

impl SignInLimits {
    /// Checks whether one more attempt is allowed. It counts even if the password turns out right.
    pub(super) fn check(
        &self,
        client: Client,
        name: &str,
        browser: Option<&KnownBrowser>,
    ) -> Result<Familiarity, RateLimited> {
        self.forget_idle();
        let wait = |not_until: governor::NotUntil<_>| {
            RateLimited(not_until.wait_time_from(DefaultClock::default().now()))
        };
        if let Some(browser) = browser.filter(|browser| is_known_to(browser, name)) {
            let own = self.per_known_browser.check_key(&browser.id);
            return own.map(|()| Familiarity::Known).map_err(wait);
        }
        let name = shortened(name);
        self.per_address.check_key(&client).map_err(wait)?;
        let key = (client, name);
        self.per_name_and_address.check_key(&key).map_err(wait)?;
        if self.is_known_address(&key) {
            return Ok(Familiarity::Known);
        }
        let (_, name) = key;
        let per_name = self.per_name.check_key(&name);
        per_name.map(|()| Familiarity::Stranger).map_err(wait)
    }

    /// Checks whether this address may open one more link, or send the form behind it. It counts as
    /// an attempt to sign in from there.
    pub(super) fn check_address(&self, client: Client) -> Result<(), RateLimited> {
        self.forget_idle();
        self.per_address.check_key(&client).map_err(|not_until| {
            RateLimited(not_until.wait_time_from(DefaultClock::default().now()))
        })
    }

    /// Remembers where a member of staff has signed in.
    pub(super) fn note_signed_in(&self, client: Client, name: &StaffName) {
        let mut known = self.lock_known();
        known.retain(|_, at| at.elapsed() < KNOWN_FOR);
        if known.len() >= MOST_KNOWN {
            let oldest = known.iter().min_by_key(|(_, at)| **at);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                known.remove(&oldest);
            }
        }
        known.insert((client, shortened(name.as_str())), Instant::now());
    }

    fn is_known_address(&self, key: &(Client, String)) -> bool {
        let known = self.lock_known();
        known.get(key).is_some_and(|at| at.elapsed() < KNOWN_FOR)
    }

    fn lock_known(&self) -> MutexGuard<'_, HashMap<(Client, String), Instant>> {
        // Code that holds the lock cannot panic halfway through a change.
        self.known_addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn forget_idle(&self) {
        if self.asked.fetch_add(1, Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.per_name_and_address.retain_recent();
            self.per_name.retain_recent();
            self.per_address.retain_recent();
            self.per_known_browser.retain_recent();
        }
    }
}

fn is_known_to(browser: &KnownBrowser, name: &str) -> bool {
    name.parse().is_ok_and(|name| browser.knows(&name))
}

fn shortened(name: &str) -> String {
    let name = name.trim().to_lowercase();
    name.chars().take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    const STRANGER: Result<Familiarity, RateLimited> = Ok(Familiarity::Stranger);
    const KNOWN: Result<Familiarity, RateLimited> = Ok(Familiarity::Known);

    fn client(number: u32) -> Client {
        Client::Network(IpAddr::V4(Ipv4Addr::from_bits(number)))
    }

    /// Strangers at many addresses try passwords for this name until one is refused.
    fn attack(name: &str, limits: &SignInLimits) {
        let mut tries = (1_000..2_000).map(|number| limits.check(client(number), name, None));
        assert!(tries.any(|allowed| allowed.is_err()));
    }

    #[test]
    fn a_known_address_may_try_when_strangers_have_used_up_the_limit_per_name() {
        let limits = SignInLimits::default();
        limits.note_signed_in(client(1), &"ann".parse().unwrap());
        attack("ann", &limits);
        assert_eq!(limits.check(client(1), " Ann", None), KNOWN);
        assert!(limits.check(client(2), "ann", None).is_err(), "a stranger");
        for _ in 0..4 {
            assert_eq!(limits.check(client(1), "ann", None), KNOWN);
        }
        assert!(limits.check(client(1), "ann", None).is_err(), "five tries");
        attack("ben", &limits);
        let other_name = limits.check(client(1), "ben", None);
        assert!(other_name.is_err(), "the address is known for ann only");
    }

    #[test]
    fn a_known_browser_may_try_when_strangers_have_used_up_the_other_limits() {
        let limits = SignInLimits::default();
        let browser = KnownBrowser::of("0123", &["ann"]);
        attack("ann", &limits);
        attack("ben", &limits);
        // The limit of the browser's address is used up too, as in a network that many share.
        while limits.check(client(1), "eve", None).is_ok() {}
        for name in ["ann", "Ann", "ann", "ann", "ann"] {
            assert_eq!(limits.check(client(1), name, Some(&browser)), KNOWN);
        }
        assert!(limits.check(client(2), "ann", Some(&browser)).is_err());
        let another = limits.check(client(3), "ben", Some(&browser));
        assert!(another.is_err(), "ben has never signed in there");
    }

    /// Control: the address where Ann has signed in is not remembered.
    #[test]
    fn without_known_addresses_strangers_lock_out_a_member_of_staff() {
        let limits = SignInLimits::default();
        assert_eq!(limits.check(client(1), "ann", None), STRANGER);
        attack("ann", &limits);
        assert!(limits.check(client(1), "ann", None).is_err());
    }

    #[test]
    fn the_memory_of_known_addresses_is_bounded() {
        let limits = SignInLimits::default();
        let ann = "ann".parse().unwrap();
        for number in 0..2 * MOST_KNOWN as u32 {
            limits.note_signed_in(client(number), &ann);
        }
        assert_eq!(limits.lock_known().len(), MOST_KNOWN);
        let newest = (client(2 * MOST_KNOWN as u32 - 1), "ann".to_owned());
        assert!(limits.is_known_address(&newest));
    }

    #[test]
    fn five_attempts_for_one_name_and_then_one_a_minute() {
        let sign_in_limits = SignInLimits::default();
        for spelled in ["ann", "Ann", " ann ", "ANN", "ann"] {
            assert_eq!(sign_in_limits.check(Client::Local, spelled, None), STRANGER);
        }
        let RateLimited(wait) = sign_in_limits
            .check(Client::Local, "ann", None)
            .unwrap_err();
        assert!(wait <= Duration::from_secs(60), "{wait:?}");
        assert_eq!(sign_in_limits.check(Client::Local, "ben", None), STRANGER);
        assert_eq!(
            sign_in_limits.check(client(1), "ann", None),
            STRANGER,
            "another address has its own limit"
        );
    }

    #[test]
    fn attempts_for_one_name_are_limited_across_addresses() {
        let sign_in_limits = SignInLimits::default();
        let tries = (0..1_000).map(|number| sign_in_limits.check(client(number), "ann", None));
        let allowed = tries.filter(Result::is_ok).count();
        assert!((60..=62).contains(&allowed), "{allowed}");
    }

    #[test]
    fn attempts_from_one_address_are_limited_across_names() {
        let sign_in_limits = SignInLimits::default();
        let tries =
            (0..200).map(|number| sign_in_limits.check(client(1), &format!("name{number}"), None));
        let allowed = tries.filter(Result::is_ok).count();
        assert!((30..=32).contains(&allowed), "{allowed}");
        assert_eq!(
            sign_in_limits.check(client(2), "name0", None),
            STRANGER,
            "other clients may"
        );
    }

    #[test]
    fn links_count_as_attempts_from_one_address() {
        let sign_in_limits = SignInLimits::default();
        let opened = (0..200).filter(|_| sign_in_limits.check_address(client(1)).is_ok());
        let opened = opened.count();
        assert!((30..=32).contains(&opened), "{opened}");
        assert!(sign_in_limits.check(client(1), "ann", None).is_err());
        assert_eq!(sign_in_limits.check_address(client(2)), Ok(()));
    }

    #[test]
    fn only_the_first_characters_of_a_name_are_kept() {
        let sign_in_limits = SignInLimits::default();
        let long = "x".repeat(100_000);
        sign_in_limits.check(client(1), &long, None).unwrap();
        assert_eq!(sign_in_limits.per_name.len(), 1);
        assert!(
            sign_in_limits
                .per_name
                .check_key(&"x".repeat(LONGEST_NAME))
                .is_ok()
        );
    }
}
