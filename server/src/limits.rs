//! How often one client may do what costs the others something.

use std::{
    collections::HashMap,
    hash::Hash,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
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

/// As often as a client may ask for a part of the connection check, in a minute and all at
/// once: its page asks some ten times.
const CHECKS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(120).expect("it is more than none");

/// As often as a client may ask what is being talked about, in a minute and all at once: each
/// time may be one for the provider too.
const BUZZ_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("it is more than none");

/// The limits of every client.
#[derive(Debug)]
pub(crate) struct Limits {
    new_holds: Often,
    checks: Often,
    buzz: Often,
    visits: Visits<Client>,
}

/// So often for each client.
#[derive(Debug)]
struct Often {
    limiter: DefaultKeyedRateLimiter<Client>,
    asked: AtomicU32,
}

/// So many connections for each client at once, or of whatever else they are counted for,
/// and no more.
#[derive(Debug)]
pub(crate) struct Visits<C = Client> {
    most: u32,
    open: Counts<C>,
}

type Counts<C> = Arc<Mutex<HashMap<C, u32>>>;

/// One of them, counted until it is dropped.
#[derive(Debug)]
pub(crate) struct Visit<C: Copy + Eq + Hash = Client> {
    client: C,
    open: Counts<C>,
}

/// This client has as many connections as it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany;

/// It has been done too often; after this long it may be done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooOften(pub(crate) Duration);

impl Limits {
    /// So many new holds a minute for each client, which may come all at once,
    /// and so many connections.
    pub(crate) fn new(holds_per_minute: NonZeroU32, connections: NonZeroU32) -> Self {
        Self {
            new_holds: Often::per_minute(holds_per_minute),
            checks: Often::per_minute(CHECKS_PER_MINUTE),
            buzz: Often::per_minute(BUZZ_PER_MINUTE),
            visits: Visits::new(connections.get()),
        }
    }

    /// Whether this client may take more copies now; if so, that counts.
    pub(crate) fn new_hold(&self, client: Client) -> Result<(), TooOften> {
        self.new_holds.once_more(client)
    }

    /// Whether this client may check its connection now; if so, that counts.
    pub(crate) fn check(&self, client: Client) -> Result<(), TooOften> {
        self.checks.once_more(client)
    }

    /// Whether this client may ask what is being talked about now; if so, that counts.
    pub(crate) fn ask_buzz(&self, client: Client) -> Result<(), TooOften> {
        self.buzz.once_more(client)
    }
}

impl Often {
    /// They may come all at once.
    fn per_minute(most: NonZeroU32) -> Self {
        Self {
            limiter: RateLimiter::keyed(Quota::per_minute(most)),
            asked: AtomicU32::new(0),
        }
    }

    fn once_more(&self, client: Client) -> Result<(), TooOften> {
        if client == Client::Local {
            return Ok(());
        }
        if self.asked.fetch_add(1, Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter
            .check_key(&client)
            .map_err(|not_until| TooOften(not_until.wait_time_from(DefaultClock::default().now())))
    }
}

impl Limits {
    /// One more connection of this client; none where it need not be counted.
    ///
    /// # Errors
    /// [`TooMany`].
    pub(crate) fn visit(&self, client: Option<Client>) -> Result<Option<Visit>, TooMany> {
        match client {
            Some(client @ Client::Network(_)) => self.visits.begin(client).map(Some),
            Some(Client::Local) | None => Ok(None),
        }
    }
}

impl<C: Copy + Eq + Hash> Visits<C> {
    pub(crate) fn new(most: u32) -> Self {
        let open = Arc::default();
        Self { most, open }
    }

    /// One more of this client.
    ///
    /// # Errors
    /// [`TooMany`].
    pub(crate) fn begin(&self, client: C) -> Result<Visit<C>, TooMany> {
        let mut counts = lock(&self.open);
        let count = counts.entry(client).or_default();
        if *count >= self.most {
            return Err(TooMany);
        }
        *count += 1;
        let open = Arc::clone(&self.open);
        Ok(Visit { client, open })
    }
}

impl<C: Copy + Eq + Hash> Drop for Visit<C> {
    fn drop(&mut self) {
        let mut counts = lock(&self.open);
        if let Some(count) = counts.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.client);
            }
        }
    }
}

fn lock<C>(counts: &Mutex<HashMap<C, u32>>) -> MutexGuard<'_, HashMap<C, u32>> {
    // No code under the lock can panic half-way through a change.
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(number: u32) -> Client {
        Client::Network(std::net::IpAddr::V4(number.into()))
    }

    #[test]
    fn a_client_that_takes_too_often_waits_and_no_other_does() {
        let limits = Limits::new(NonZeroU32::new(3).unwrap(), NonZeroU32::MAX);
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
    fn a_client_has_so_many_connections_and_no_more_until_one_ends() {
        let limits = Limits::new(NonZeroU32::MAX, NonZeroU32::new(2).unwrap());
        let visit = |number| limits.visit(Some(client(number)));
        let first = visit(1).unwrap();
        let _second = visit(1).unwrap();
        assert_eq!(visit(1).unwrap_err(), TooMany);
        assert!(visit(2).is_ok(), "others are not hindered");
        drop(first);
        assert!(visit(1).is_ok());
        assert!(limits.visit(Some(Client::Local)).unwrap().is_none());
        assert!(limits.visit(None).unwrap().is_none());
        assert_eq!(
            lock(&limits.visits.open).len(),
            1,
            "who has left is forgotten"
        );
    }

    #[test]
    fn clients_that_have_gone_are_forgotten() {
        // A thousand a second, so that each is quiet at once.
        let limits = Limits::new(NonZeroU32::new(60_000_000).unwrap(), NonZeroU32::MAX);
        for number in 0..10 * FORGET_EVERY {
            limits.new_hold(client(number)).unwrap();
        }
        let known = limits.new_holds.limiter.len();
        assert!(known <= FORGET_EVERY as usize * 2, "{known} are remembered");
    }
}
