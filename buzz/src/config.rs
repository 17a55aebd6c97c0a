//! The limits, timeouts and cache lifetimes of a [`BuzzClient`](crate::BuzzClient).

use std::time::Duration;

/// Settings of a [`BuzzClient`](crate::BuzzClient).
#[derive(Debug, Clone, Copy)]
pub struct BuzzConfig {
    /// The longest time a lookup may take.
    pub deadline: Duration,
    /// The most concurrent requests to the provider.
    pub max_concurrent: usize,
    /// The most lookups that wait for a free request slot; further ones are refused at once.
    pub max_queued: usize,
    /// How long a report is served without a refresh.
    pub fresh_for: Duration,
    /// How long a report is cached. Once it is no longer fresh, serving it also refreshes it.
    pub cache_ttl: Duration,
    /// The most reports, and the most errors, in the cache.
    pub cache_capacity: u64,
    /// How long an error is cached.
    pub error_ttl: Duration,
    /// How long the circuit breaker stays open.
    pub breaker_open_for: Duration,
    /// How many of the latest lookups the circuit breaker considers.
    ///
    /// It opens when at least half of them failed, but not before it has seen more lookups than
    /// this. After it has been open, two lookups decide whether it opens again or closes.
    pub breaker_window: usize,
}

impl Default for BuzzConfig {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(5),
            max_concurrent: 16,
            max_queued: 64,
            fresh_for: Duration::from_secs(60),
            cache_ttl: Duration::from_secs(60 * 60),
            cache_capacity: 2_000,
            error_ttl: Duration::from_secs(5),
            breaker_open_for: Duration::from_secs(30),
            breaker_window: 8,
        }
    }
}

impl BuzzConfig {
    /// The longest wait for a request slot.
    ///
    /// A request that starts later would have too little time to finish, and its timeout would
    /// count against a healthy provider.
    pub(crate) fn queue_timeout(&self) -> Duration {
        self.deadline / 2
    }

    /// The most lookups that run or wait for a request slot.
    pub(crate) fn max_in_flight(&self) -> usize {
        self.max_concurrent.saturating_add(self.max_queued)
    }
}
