//! Samples of the shop's state, one every five seconds, kept for half an hour.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use store::OpenCounts;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::{live::push::LiveCounters, state::Shop};

/// The interval between two samples.
const EVERY: Duration = Duration::from_secs(5);
/// The number of samples that are kept: half an hour.
pub(crate) const REMEMBERED: usize = 360;
/// How long the store may take to answer. If it takes longer, the sample has a gap.
const COUNTED_WITHIN: Duration = Duration::from_secs(3);

/// Takes the samples of one process.
pub(crate) struct Sampler {
    shop: Shop,
    counters: Arc<LiveCounters>,
    samples: Samples,
}

impl Sampler {
    pub(crate) fn new(shop: Shop, counters: Arc<LiveCounters>) -> Self {
        let samples = Samples::default();
        Self {
            shop,
            counters,
            samples,
        }
    }

    /// Takes samples while the shop is open.
    pub(crate) async fn run(&self) -> Infallible {
        let mut every = interval(EVERY);
        every.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            every.tick().await;
            self.samples.push(self.measured().await);
        }
    }

    /// All samples, and one of this moment.
    pub(crate) async fn up_to_now(&self) -> Vec<Sample> {
        let now = self.measured().await;
        self.samples.up_to(now)
    }

    /// A sample of this moment.
    async fn measured(&self) -> Sample {
        let standing = match timeout(COUNTED_WITHIN, self.shop.0.store.open_counts()).await {
            Ok(Ok(standing)) => Some(standing),
            // A gap in the chart shows that there was no answer.
            Ok(Err(error)) => {
                let error = &error as &dyn std::error::Error;
                tracing::debug!(error, "cannot count holds and orders");
                None
            }
            Err(_) => None,
        };
        Sample {
            sockets: self.counters.open_sockets() as u64,
            polls: self.counters.open_waits(),
            refused: self.shop.0.refusals.total(),
            standing,
        }
    }
}

/// The shop's state at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sample {
    /// Open WebSockets of this process.
    pub(crate) sockets: u64,
    /// Waiting long polls of this process.
    pub(crate) polls: u64,
    /// Actions refused by this process since the start.
    pub(crate) refused: u64,
    /// The state of the whole shop, or `None` if the store did not answer.
    pub(crate) standing: Option<OpenCounts>,
}

/// The latest samples, oldest first.
#[derive(Debug, Default)]
struct Samples(Mutex<VecDeque<Sample>>);

impl Samples {
    fn push(&self, sample: Sample) {
        let mut samples = self.lock();
        if samples.len() == REMEMBERED {
            samples.pop_front();
        }
        samples.push_back(sample);
    }

    /// All samples, followed by this one.
    fn up_to(&self, now: Sample) -> Vec<Sample> {
        let samples = self.lock();
        let too_many = (samples.len() + 1).saturating_sub(REMEMBERED);
        samples
            .iter()
            .skip(too_many)
            .copied()
            .chain([now])
            .collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Sample>> {
        // Code that holds the lock cannot panic halfway through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The refusals in the minute before each sample, as far back as samples reach.
pub(crate) fn by_the_minute(samples: &[Sample], minute: usize) -> Vec<Option<u64>> {
    let before = |at: usize| samples[at.saturating_sub(minute)].refused;
    let now = samples.iter().enumerate();
    now.map(|(at, sample)| Some(sample.refused.saturating_sub(before(at))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(number: u64) -> Sample {
        Sample {
            sockets: number,
            polls: 0,
            refused: number,
            standing: None,
        }
    }

    #[test]
    fn samples_are_kept_for_half_an_hour() {
        let samples = Samples::default();
        for number in 0..10_000 {
            samples.push(sample(number));
        }
        let kept = samples.up_to(sample(10_000));
        assert_eq!(kept.len(), REMEMBERED);
        assert_eq!(kept[0].sockets, 10_001 - REMEMBERED as u64);
        assert_eq!(kept.last().unwrap().sockets, 10_000, "the newest is last");
        let capacity = samples.lock().capacity();
        assert!(capacity <= 2 * REMEMBERED, "{capacity}");
    }

    #[test]
    fn a_new_shop_shows_the_samples_it_has() {
        let samples = Samples::default();
        assert_eq!(samples.up_to(sample(7)), [sample(7)]);
        samples.push(sample(6));
        assert_eq!(samples.up_to(sample(7)), [sample(6), sample(7)]);
    }

    #[test]
    fn refusals_are_counted_over_the_last_minute() {
        let totals = [5, 5, 9, 9, 10];
        let samples: Vec<_> = totals.into_iter().map(sample).collect();
        let by_the_minute = by_the_minute(&samples, 2);
        assert_eq!(by_the_minute, [0, 0, 4, 4, 1].map(Some));
    }
}
