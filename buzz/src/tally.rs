//! What is counted.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::{Failure, Trouble};

/// How often what happened, since the process started.
#[derive(Debug, Default)]
pub struct Tally {
    fresh: AtomicU64,
    stale: AtomicU64,
    joined: AtomicU64,
    asked: AtomicU64,
    answered: AtomicU64,
    failed: [AtomicU64; Failure::KINDS.len()],
    resting: AtomicU64,
    crowded: AtomicU64,
}

/// A name, its labels, what it means, and how often it was so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// As Prometheus has it.
    pub name: &'static str,
    /// What kind of it, as in `outcome="answered"`.
    pub labels: &'static str,
    /// A sentence without its full stop.
    pub help: &'static str,
    /// How often.
    pub value: u64,
}

impl Failure {
    const KINDS: [&'static str; 7] = [
        r#"outcome="late""#,
        r#"outcome="unreachable""#,
        r#"outcome="status""#,
        r#"outcome="too_large""#,
        r#"outcome="misread""#,
        r#"outcome="redirect""#,
        r#"outcome="panicked""#,
    ];

    fn kind(&self) -> usize {
        match self {
            Self::Late => 0,
            Self::Unreachable(_) => 1,
            Self::Status(_) => 2,
            Self::TooLarge => 3,
            Self::Misread { .. } => 4,
            Self::Redirect(_) => 5,
            Self::Panicked => 6,
        }
    }
}

impl Tally {
    /// Requests that went to the provider.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.asked.load(Relaxed)
    }

    /// Everything, as of now.
    #[must_use]
    pub fn all(&self) -> Vec<Count> {
        const QUESTIONS: &str = "burts_buzz_questions_total";
        const QUESTIONS_HELP: &str = "Questions for a term's buzz, by where the answer came from";
        const ASKED: &str = "burts_buzz_asked_total";
        const OUTCOMES: &str = "burts_buzz_outcomes_total";
        const OUTCOMES_HELP: &str = "Questions to the provider of buzz, by what came of them";
        let one = |name, labels, help, value: &AtomicU64| Count {
            name,
            labels,
            help,
            value: value.load(Relaxed),
        };
        let question = |labels, value| one(QUESTIONS, labels, QUESTIONS_HELP, value);
        let outcome = |labels, value| one(OUTCOMES, labels, OUTCOMES_HELP, value);
        let mut all = vec![
            question(r#"from="kept""#, &self.fresh),
            question(r#"from="kept_while_renewed""#, &self.stale),
            question(r#"from="provider""#, &self.joined),
            one(
                ASKED,
                "",
                "Requests to the provider of buzz, further tries among them",
                &self.asked,
            ),
            outcome(r#"outcome="answered""#, &self.answered),
            outcome(r#"outcome="resting""#, &self.resting),
            outcome(r#"outcome="crowded""#, &self.crowded),
        ];
        let failed = Failure::KINDS.into_iter().zip(&self.failed);
        all.extend(failed.map(|(kind, value)| outcome(kind, value)));
        all
    }

    pub(crate) fn kept(&self) {
        self.fresh.fetch_add(1, Relaxed);
    }

    pub(crate) fn kept_while_renewed(&self) {
        self.stale.fetch_add(1, Relaxed);
    }

    pub(crate) fn sent_on(&self) {
        self.joined.fetch_add(1, Relaxed);
    }

    pub(crate) fn one_more_request(&self) {
        self.asked.fetch_add(1, Relaxed);
    }

    pub(crate) fn outcome<T>(&self, outcome: &Result<T, Trouble>, failure: Option<&Failure>) {
        let counter = match (outcome, failure) {
            (Ok(_), _) => &self.answered,
            (Err(_), Some(failure)) => &self.failed[failure.kind()],
            (Err(Trouble::Resting), None) => &self.resting,
            (Err(_), None) => &self.crowded,
        };
        counter.fetch_add(1, Relaxed);
    }
}
