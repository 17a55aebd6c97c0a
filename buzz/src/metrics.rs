//! Counters of lookups and requests, as Prometheus reads them.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::{LookupError, ProviderError};

/// Counts lookups and requests since the process started.
#[derive(Debug, Default)]
pub struct BuzzMetrics {
    fresh_hits: AtomicU64,
    stale_hits: AtomicU64,
    cache_misses: AtomicU64,
    requests: AtomicU64,
    succeeded: AtomicU64,
    failed: [AtomicU64; ProviderError::LABELS.len()],
    breaker_open: AtomicU64,
    overloaded: AtomicU64,
}

/// The value of one counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CounterReading {
    /// The Prometheus name.
    pub name: &'static str,
    /// The Prometheus labels, as in `outcome="answered"`.
    pub labels: &'static str,
    /// What it counts: a sentence without its full stop.
    pub help: &'static str,
    /// The count.
    pub value: u64,
}

impl ProviderError {
    /// The published labels. They stay the same, because dashboards depend on them.
    const LABELS: [&'static str; 7] = [
        r#"outcome="late""#,
        r#"outcome="unreachable""#,
        r#"outcome="status""#,
        r#"outcome="too_large""#,
        r#"outcome="misread""#,
        r#"outcome="redirect""#,
        r#"outcome="panicked""#,
    ];

    /// The index of this error's label in [`Self::LABELS`].
    fn label_index(&self) -> usize {
        match self {
            Self::TimedOut => 0,
            Self::Unreachable(_) => 1,
            Self::Status(_) => 2,
            Self::TooLarge => 3,
            Self::Malformed { .. } => 4,
            Self::ForbiddenRedirect(_) => 5,
            Self::Panicked => 6,
        }
    }
}

impl BuzzMetrics {
    /// Requests that were sent to the provider, retries included.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.load(Relaxed)
    }

    /// The current value of every counter.
    #[must_use]
    pub fn all(&self) -> Vec<CounterReading> {
        const LOOKUPS: &str = "burts_buzz_questions_total";
        const LOOKUPS_HELP: &str = "Lookups of a term's buzz, by where the answer came from";
        const REQUESTS: &str = "burts_buzz_asked_total";
        const OUTCOMES: &str = "burts_buzz_outcomes_total";
        const OUTCOMES_HELP: &str = "Lookups at the buzz provider, by outcome";
        let reading = |name, labels, help, value: &AtomicU64| CounterReading {
            name,
            labels,
            help,
            value: value.load(Relaxed),
        };
        let lookups = |labels, value| reading(LOOKUPS, labels, LOOKUPS_HELP, value);
        let outcome = |labels, value| reading(OUTCOMES, labels, OUTCOMES_HELP, value);
        let mut all = vec![
            lookups(r#"from="kept""#, &self.fresh_hits),
            lookups(r#"from="kept_while_renewed""#, &self.stale_hits),
            lookups(r#"from="provider""#, &self.cache_misses),
            reading(
                REQUESTS,
                "",
                "Requests to the buzz provider, including retries",
                &self.requests,
            ),
            outcome(r#"outcome="answered""#, &self.succeeded),
            outcome(r#"outcome="resting""#, &self.breaker_open),
            outcome(r#"outcome="crowded""#, &self.overloaded),
        ];
        let failed = ProviderError::LABELS.into_iter().zip(&self.failed);
        all.extend(failed.map(|(label, value)| outcome(label, value)));
        all
    }

    pub(crate) fn count_fresh_hit(&self) {
        self.fresh_hits.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_stale_hit(&self) {
        self.stale_hits.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_cache_miss(&self) {
        self.cache_misses.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_request(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_outcome<T>(
        &self,
        outcome: &Result<T, LookupError>,
        cause: Option<&ProviderError>,
    ) {
        let counter = match (outcome, cause) {
            (Ok(_), _) => &self.succeeded,
            (Err(_), Some(cause)) => &self.failed[cause.label_index()],
            (Err(LookupError::BreakerOpen), None) => &self.breaker_open,
            (Err(_), None) => &self.overloaded,
        };
        counter.fetch_add(1, Relaxed);
    }
}
