//! Looks up terms for many callers. Concurrent lookups of the same term share one request.

use std::{
    collections::HashMap,
    fmt,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use backon::{ExponentialBuilder, Retryable};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared, ready},
};
use moka::sync::Cache;
use recloser::{AsyncRecloser, Recloser};
use shop::Timestamp;
use tokio::{
    sync::{Semaphore, oneshot},
    time::{Duration, Instant, timeout_at},
};

use crate::{
    BuzzConfig, BuzzMetrics, LookupError, Provider, ProviderError, Report, Sample, SearchTerm,
};

/// The shortest pause before the retry; the longest is twice that.
const RETRY_PAUSE: Duration = Duration::from_millis(100);

type Outcome = Result<Arc<Report>, LookupError>;

/// A running lookup, awaited by everybody who asked for the same term.
type SharedLookup = Shared<BoxFuture<'static, Outcome>>;

/// Looks up terms at a provider. Cheap to clone: all clones share the cache and the limits.
///
/// It merges identical lookups, limits concurrency, caches answers, and stops asking a provider
/// that is down.
#[derive(Clone)]
pub struct BuzzClient(Arc<Inner>);

struct Inner {
    provider: Box<dyn Provider>,
    config: BuzzConfig,
    reports: Cache<SearchTerm, Arc<Report>>,
    errors: Cache<SearchTerm, LookupError>,
    /// A std mutex, because it is never held across an await.
    in_flight: Mutex<HashMap<SearchTerm, SharedLookup>>,
    request_slots: Semaphore,
    breaker: AsyncRecloser,
    metrics: BuzzMetrics,
}

impl fmt::Debug for BuzzClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BuzzClient")
            .field("config", &self.0.config)
            .finish_non_exhaustive()
    }
}

impl BuzzClient {
    /// A client of this provider.
    #[must_use]
    pub fn new(provider: impl Provider, config: BuzzConfig) -> Self {
        let breaker = Recloser::custom()
            .error_rate(0.5)
            .closed_len(config.breaker_window.max(1))
            .half_open_len(1)
            .open_wait(config.breaker_open_for)
            .build();
        Self(Arc::new(Inner {
            provider: Box::new(provider),
            reports: cache(config.cache_capacity, config.cache_ttl),
            errors: cache(config.cache_capacity, config.error_ttl),
            in_flight: Mutex::default(),
            request_slots: Semaphore::new(config.max_concurrent),
            breaker: breaker.into(),
            metrics: BuzzMetrics::default(),
            config,
        }))
    }

    /// The client's counters.
    #[must_use]
    pub fn metrics(&self) -> &BuzzMetrics {
        &self.0.metrics
    }

    /// The cached report about a term. Never asks the provider.
    #[must_use]
    pub fn cached(&self, term: &SearchTerm) -> Option<Arc<Report>> {
        self.0.reports.get(term)
    }

    /// Looks up how often a term is mentioned.
    ///
    /// Returns a cached report at once, and refreshes it in the background if it is no longer
    /// fresh. Otherwise waits for the provider. A caller that stops waiting does not cancel the
    /// lookup for the others.
    ///
    /// # Errors
    /// [`LookupError`], within the deadline.
    pub async fn look_up(&self, term: &SearchTerm) -> Result<Arc<Report>, LookupError> {
        let metrics = &self.0.metrics;
        let Some(cached) = self.cached(term) else {
            metrics.count_cache_miss();
            return self.join_or_start(term).await;
        };
        if self.is_fresh(&cached) {
            metrics.count_fresh_hit();
        } else {
            metrics.count_stale_hit();
            drop(self.join_or_start(term));
        }
        Ok(cached)
    }

    /// Joins the running lookup of this term, or starts one.
    fn join_or_start(&self, term: &SearchTerm) -> SharedLookup {
        let mut in_flight = self.in_flight();
        if let Some(lookup) = in_flight.get(term) {
            return lookup.clone();
        }
        // A lookup may have finished since the caller looked into the cache.
        if let Some(outcome) = self.cached_outcome(term) {
            return ready(outcome).boxed().shared();
        }
        if in_flight.len() >= self.0.config.max_in_flight() {
            let overloaded = Err(LookupError::Overloaded);
            self.0.metrics.count_outcome(&overloaded, None);
            return ready(overloaded).boxed().shared();
        }
        let (sender, receiver) = oneshot::channel();
        // If the task panics, the sender is dropped; the panic is already logged.
        let lookup = receiver.map(|sent| sent.unwrap_or(Err(LookupError::ProviderFailed)));
        let lookup = lookup.boxed().shared();
        in_flight.insert(term.clone(), lookup.clone());
        // Unlocks first: the task's guard takes this lock, even if the task never runs.
        drop(in_flight);
        let guard = InFlightGuard {
            client: self.clone(),
            term: term.clone(),
        };
        tokio::spawn(run_lookup(guard, sender));
        lookup
    }

    /// A cached outcome that makes a new lookup unnecessary: a fresh report or an error.
    fn cached_outcome(&self, term: &SearchTerm) -> Option<Outcome> {
        let report = self.cached(term).filter(|report| self.is_fresh(report));
        let error = || self.0.errors.get(term).map(Err);
        report.map(Ok).or_else(error)
    }

    /// Whether a report is new enough to be served without a refresh.
    #[must_use]
    pub fn is_fresh(&self, report: &Report) -> bool {
        report.fetched.elapsed() < self.0.config.fresh_for
    }

    /// Waits for a request slot, then asks the provider through the circuit breaker.
    async fn fetch(&self, term: &SearchTerm) -> Outcome {
        let inner = &*self.0;
        let now = Instant::now();
        let slot = timeout_at(
            now + inner.config.queue_timeout(),
            inner.request_slots.acquire(),
        );
        let Ok(slot) = slot.await else {
            let overloaded = Err(LookupError::Overloaded);
            inner.metrics.count_outcome(&overloaded, None);
            return overloaded;
        };
        let sample = self.request_sample(term, now + inner.config.deadline);
        let sample = inner
            .breaker
            .call_with(ProviderError::trips_breaker, sample)
            .await;
        drop(slot);
        let (outcome, cause) = match sample {
            Ok(sample) => (
                Ok(Arc::new(Report::from_sample(sample, wall_clock()))),
                None,
            ),
            Err(recloser::Error::Rejected) => (Err(LookupError::BreakerOpen), None),
            Err(recloser::Error::Inner(cause)) => {
                // Logged here, because callers see only the `LookupError`.
                tracing::warn!(
                    error = &cause as &dyn std::error::Error,
                    "the buzz provider failed"
                );
                let error = match cause {
                    ProviderError::TimedOut => LookupError::TimedOut,
                    _ => LookupError::ProviderFailed,
                };
                (Err(error), Some(cause))
            }
        };
        inner.metrics.count_outcome(&outcome, cause.as_ref());
        outcome
    }

    /// Asks the provider, with one retry after a transient error, until the deadline.
    async fn request_sample(
        &self,
        term: &SearchTerm,
        deadline: Instant,
    ) -> Result<Sample, ProviderError> {
        let inner = &*self.0;
        let request = || {
            inner.metrics.count_request();
            let sample = AssertUnwindSafe(inner.provider.newest(term));
            sample
                .catch_unwind()
                .map(|sample| sample.unwrap_or(Err(ProviderError::Panicked)))
        };
        let backoff = ExponentialBuilder::new()
            .with_min_delay(RETRY_PAUSE)
            .with_jitter()
            .with_max_times(1);
        let requests = request.retry(backoff).when(ProviderError::is_transient);
        timeout_at(deadline, requests)
            .await
            .unwrap_or(Err(ProviderError::TimedOut))
    }

    fn in_flight(&self) -> MutexGuard<'_, HashMap<SearchTerm, SharedLookup>> {
        // No code under the lock can panic half-way through a change.
        let in_flight = self.0.in_flight.lock();
        in_flight.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Fetches a report, caches the outcome, and sends it to all who wait.
async fn run_lookup(guard: InFlightGuard, sender: oneshot::Sender<Outcome>) {
    let InFlightGuard { client, term } = &guard;
    let outcome = client.fetch(term).await;
    match &outcome {
        Ok(report) => client.0.reports.insert(term.clone(), Arc::clone(report)),
        Err(error) if error.is_cached() => client.0.errors.insert(term.clone(), *error),
        Err(_) => (),
    }
    drop(guard);
    // The send fails if nobody waits any more.
    let _ = sender.send(outcome);
}

/// Removes a lookup from those in flight when it ends, even by a panic.
struct InFlightGuard {
    client: BuzzClient,
    term: SearchTerm,
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.client.in_flight().remove(&self.term);
    }
}

fn cache<T: Clone + Send + Sync + 'static>(capacity: u64, ttl: Duration) -> Cache<SearchTerm, T> {
    let cache = Cache::builder().max_capacity(capacity).time_to_live(ttl);
    cache.build()
}

fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    Timestamp::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
