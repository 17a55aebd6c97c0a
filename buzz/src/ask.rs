//! Asking a provider for many people at once.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use backon::{ExponentialBuilder, Retryable};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use moka::sync::Cache;
use recloser::{AsyncRecloser, Recloser};
use shop::Timestamp;
use thiserror::Error;
use tokio::{
    sync::Semaphore,
    time::{Duration, Instant, timeout_at},
};

use crate::{Failure, Figure, Habits, Mention, Provider, Tally, Term};

/// As many mentions are kept of a sample, the newest.
const NEWEST: usize = 20;
/// The pause before the one further try is drawn between this and twice of it.
const PAUSE: Duration = Duration::from_millis(100);

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Trouble {
    /// The provider did not answer in time.
    #[error("the provider did not answer in time")]
    Late,
    /// Its answer was none.
    #[error("the provider gave no answer")]
    Failed,
    /// It has failed too often, and is left alone for a while.
    #[error("the provider is left alone for a while")]
    Resting,
    /// There are too many questions before this one.
    #[error("too many questions at once")]
    Crowded,
}

/// What is known of a term.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// How often it is said; nothing where nobody said it.
    pub figure: Option<Figure>,
    /// The newest mentions, the newest first.
    pub newest: Vec<Mention>,
    /// When the provider was asked, by our own clock.
    pub asked_at: Timestamp,
    /// By the clock that says how old this is.
    fetched: Instant,
}

/// One question that is on its way, for all who ask it.
type Flight = Shared<BoxFuture<'static, Result<Arc<Answer>, Trouble>>>;

/// Asks a provider. Cheap to clone: all clones know the same.
#[derive(Clone)]
pub struct Buzz(Arc<Asking>);

struct Asking {
    provider: Box<dyn Provider>,
    habits: Habits,
    known: Cache<Term, Arc<Answer>>,
    /// What has failed a moment ago.
    failed: Cache<Term, Trouble>,
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
        let kept = |long| {
            Cache::builder()
                .max_capacity(habits.remembered)
                .time_to_live(long)
        };
        let breaker = Recloser::custom()
            .error_rate(0.5)
            .closed_len(habits.looked_back)
            .half_open_len(1)
            .open_wait(habits.rest)
            .build();
        Self(Arc::new(Asking {
            provider: Box::new(provider),
            known: kept(habits.kept_for).build(),
            failed: Cache::builder()
                .max_capacity(habits.remembered)
                .time_to_live(habits.sorry_for)
                .build(),
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
        if let Some(known) = self.known(term) {
            if known.fetched.elapsed() < self.0.habits.fresh_for {
                tally.from_kept();
            } else {
                tally.from_kept_while_renewed();
                if !self.0.failed.contains_key(term) {
                    drop(self.flight(term));
                }
            }
            return Ok(known);
        }
        if let Some(trouble) = self.0.failed.get(term) {
            return Err(trouble);
        }
        tally.from_provider();
        self.flight(term).await
    }

    /// The one question about a term that is on its way.
    fn flight(&self, term: &Term) -> Flight {
        let mut flights = self.flights();
        if let Some(flight) = flights.get(term) {
            return flight.clone();
        }
        // It may have come back since its answer was looked for.
        let known = self.known(term);
        if let Some(known) = known.filter(|one| one.fetched.elapsed() < self.0.habits.fresh_for) {
            return futures::future::ready(Ok(known)).boxed().shared();
        }
        let task = tokio::spawn(self.clone().fly(term.clone()));
        // One that panics has said so in the log.
        let flight = task.map(|outcome| outcome.unwrap_or(Err(Trouble::Failed)));
        let flight = flight.boxed().shared();
        flights.insert(term.clone(), flight.clone());
        flight
    }

    /// Asks, remembers what came of it, and makes room for the next question.
    async fn fly(self, term: Term) -> Result<Arc<Answer>, Trouble> {
        let landing = Landing { buzz: &self, term };
        let outcome = self.fetch(&landing.term).await;
        match &outcome {
            Ok(answer) => self
                .0
                .known
                .insert(landing.term.clone(), Arc::clone(answer)),
            Err(trouble) => self.0.failed.insert(landing.term.clone(), *trouble),
        }
        outcome
    }

    async fn fetch(&self, term: &Term) -> Result<Arc<Answer>, Trouble> {
        let asking = &*self.0;
        let deadline = Instant::now() + asking.habits.deadline;
        let Ok(place) = timeout_at(deadline, asking.places.acquire()).await else {
            let crowded = Err(Trouble::Crowded);
            asking.tally.outcome(&crowded, None);
            return crowded;
        };
        let question = async {
            let once = || {
                asking.tally.one_more_request();
                asking.provider.newest(term)
            };
            let again = ExponentialBuilder::new()
                .with_min_delay(PAUSE)
                .with_jitter()
                .with_max_times(1);
            let tried = once.retry(again).when(Failure::is_passing);
            timeout_at(deadline, tried)
                .await
                .unwrap_or(Err(Failure::Late))
        };
        let outcome = asking.breaker.call(question).await;
        drop(place);
        let (outcome, failure) = match outcome {
            Ok(sample) => {
                let asked_at = wall_clock();
                let (figure, mut newest) = Figure::of(sample, asked_at);
                newest.truncate(NEWEST);
                let answer = Answer {
                    figure,
                    newest,
                    asked_at,
                    fetched: Instant::now(),
                };
                (Ok(Arc::new(answer)), None)
            }
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

    fn flights(&self) -> MutexGuard<'_, HashMap<Term, Flight>> {
        // No code under the lock can panic half-way through a change.
        let flights = self.0.flights.lock();
        flights.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes room for the next question about a term, whatever became of this one.
struct Landing<'a> {
    buzz: &'a Buzz,
    term: Term,
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        self.buzz.flights().remove(&self.term);
    }
}

fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    Timestamp::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
