//! Asking a provider for many people at once.

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

use crate::{Answer, Failure, Habits, Provider, Sample, Tally, Term, Trouble};

/// The pause before the one further try is drawn between this and twice of it.
const PAUSE: Duration = Duration::from_millis(100);

type Outcome = Result<Arc<Answer>, Trouble>;

/// One question that is on its way, for all who ask it.
type Flight = Shared<BoxFuture<'static, Outcome>>;

/// Asks a provider. Cheap to clone: all clones know the same.
#[derive(Clone)]
pub struct Buzz(Arc<Asking>);

struct Asking {
    provider: Box<dyn Provider>,
    habits: Habits,
    known: Cache<Term, Arc<Answer>>,
    /// What has failed a moment ago.
    failed: Cache<Term, Trouble>,
    /// A std mutex, because it is never held across an await.
    flights: Mutex<HashMap<Term, Flight>>,
    places: Semaphore,
    breaker: AsyncRecloser,
    tally: Tally,
}

impl fmt::Debug for Buzz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buzz")
            .field("habits", &self.0.habits)
            .finish_non_exhaustive()
    }
}

impl Buzz {
    /// Asks this provider, in this way.
    #[must_use]
    pub fn new(provider: impl Provider, habits: Habits) -> Self {
        let breaker = Recloser::custom()
            .error_rate(0.5)
            .closed_len(habits.looked_back.max(1))
            .half_open_len(1)
            .open_wait(habits.rest)
            .build();
        Self(Arc::new(Asking {
            provider: Box::new(provider),
            known: remembered(habits.remembered, habits.kept_for),
            failed: remembered(habits.remembered, habits.sorry_for),
            flights: Mutex::default(),
            places: Semaphore::new(habits.at_once),
            breaker: breaker.into(),
            tally: Tally::default(),
            habits,
        }))
    }

    /// What is being counted.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.0.tally
    }

    /// What is known of a term, without asking for it.
    #[must_use]
    pub fn known(&self, term: &Term) -> Option<Arc<Answer>> {
        self.0.known.get(term)
    }

    /// How often a term is being said: at once where that is known, while a newer answer is
    /// asked for if it is somewhat old; else as soon as the provider has answered. Whoever
    /// gives up meanwhile takes nothing away from the others.
    ///
    /// # Errors
    /// [`Trouble`], within the deadline.
    pub async fn ask(&self, term: &Term) -> Result<Arc<Answer>, Trouble> {
        let tally = &self.0.tally;
        let Some(known) = self.known(term) else {
            tally.sent_on();
            return self.flight(term).await;
        };
        if self.is_fresh(&known) {
            tally.kept();
        } else {
            tally.kept_while_renewed();
            drop(self.flight(term));
        }
        Ok(known)
    }

    /// The one question about a term that is on its way.
    fn flight(&self, term: &Term) -> Flight {
        let mut flights = self.flights();
        if let Some(flight) = flights.get(term) {
            return flight.clone();
        }
        // One may have come back since its answer was looked for.
        if let Some(outcome) = self.landed(term) {
            return ready(outcome).boxed().shared();
        }
        if flights.len() >= self.0.habits.at_most() {
            let crowded = Err(Trouble::Crowded);
            self.0.tally.outcome(&crowded, None);
            return ready(crowded).boxed().shared();
        }
        let (tell, told) = oneshot::channel();
        // One that panics has said so in the log.
        let flight = told.map(|told| told.unwrap_or(Err(Trouble::Failed)));
        let flight = flight.boxed().shared();
        flights.insert(term.clone(), flight.clone());
        // Whatever becomes of the task, its end takes the lock.
        drop(flights);
        let landing = Landing {
            buzz: self.clone(),
            term: term.clone(),
        };
        tokio::spawn(fly(landing, tell));
        flight
    }

    /// What a question came to that need not be asked again yet.
    fn landed(&self, term: &Term) -> Option<Outcome> {
        let known = self.known(term).filter(|known| self.is_fresh(known));
        let failed = || self.0.failed.get(term).map(Err);
        known.map(Ok).or_else(failed)
    }

    /// Whether an answer is so new that it is not asked for again.
    #[must_use]
    pub fn is_fresh(&self, answer: &Answer) -> bool {
        answer.fetched.elapsed() < self.0.habits.fresh_for
    }

    async fn fetch(&self, term: &Term) -> Outcome {
        let asking = &*self.0;
        let now = Instant::now();
        let turn = timeout_at(now + asking.habits.turn_within(), asking.places.acquire());
        let Ok(place) = turn.await else {
            let crowded = Err(Trouble::Crowded);
            asking.tally.outcome(&crowded, None);
            return crowded;
        };
        let question = self.question(term, now + asking.habits.deadline);
        let answer = asking.breaker.call_with(Failure::is_its_own, question);
        let answer = answer.await;
        drop(place);
        let (outcome, failure) = match answer {
            Ok(sample) => (Ok(Arc::new(Answer::of(sample, wall_clock()))), None),
            Err(recloser::Error::Rejected) => (Err(Trouble::Resting), None),
            Err(recloser::Error::Inner(failure)) => {
                // The boundary: the log gets the cause, the page a sentence.
                tracing::warn!(
                    error = &failure as &dyn std::error::Error,
                    "the provider of buzz failed"
                );
                let trouble = match failure {
                    Failure::Late => Trouble::Late,
                    _ => Trouble::Failed,
                };
                (Err(trouble), Some(failure))
            }
        };
        asking.tally.outcome(&outcome, failure.as_ref());
        outcome
    }

    /// Asks the provider, once more where that is worth it, until the deadline.
    async fn question(&self, term: &Term, deadline: Instant) -> Result<Sample, Failure> {
        let asking = &*self.0;
        let once = || {
            asking.tally.one_more_request();
            let answer = AssertUnwindSafe(asking.provider.newest(term));
            answer
                .catch_unwind()
                .map(|answer| answer.unwrap_or(Err(Failure::Panicked)))
        };
        let again = ExponentialBuilder::new()
            .with_min_delay(PAUSE)
            .with_jitter()
            .with_max_times(1);
        let tried = once.retry(again).when(Failure::is_passing);
        timeout_at(deadline, tried)
            .await
            .unwrap_or(Err(Failure::Late))
    }

    fn flights(&self) -> MutexGuard<'_, HashMap<Term, Flight>> {
        // No code under the lock can panic half-way through a change.
        let flights = self.0.flights.lock();
        flights.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks, remembers what came of it, makes room for the next question, and tells all who wait.
async fn fly(landing: Landing, tell: oneshot::Sender<Outcome>) {
    let Landing { buzz, term } = &landing;
    let outcome = buzz.fetch(term).await;
    match &outcome {
        Ok(answer) => buzz.0.known.insert(term.clone(), Arc::clone(answer)),
        Err(trouble) if trouble.is_remembered() => buzz.0.failed.insert(term.clone(), *trouble),
        Err(_) => (),
    }
    drop(landing);
    // Nobody may be waiting any more.
    let _ = tell.send(outcome);
}

/// Makes room for the next question about a term, whatever became of this one.
struct Landing {
    buzz: Buzz,
    term: Term,
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.buzz.flights().remove(&self.term);
    }
}

/// So many, for so long.
fn remembered<T: Clone + Send + Sync + 'static>(many: u64, long: Duration) -> Cache<Term, T> {
    let cache = Cache::builder().max_capacity(many).time_to_live(long);
    cache.build()
}

fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    Timestamp::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
