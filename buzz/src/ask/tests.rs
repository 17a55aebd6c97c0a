//! What holds for all who ask, whatever the provider does.

mod double;

use std::future::pending;

use tokio::{task::JoinSet, time::sleep};

use self::double::{Double, nothing, until};
use super::*;

fn term(number: usize) -> Term {
    Term::parse(&format!("term {number}")).unwrap()
}

/// Asks each of these at once.
fn all_ask(buzz: &Buzz, terms: impl IntoIterator<Item = usize>) -> JoinSet<Outcome> {
    let ask = |number| {
        let buzz = buzz.clone();
        async move { buzz.ask(&term(number)).await }
    };
    terms.into_iter().map(ask).collect()
}

/// Has asked so often that something was not known.
fn sent_on(buzz: &Buzz) -> u64 {
    let all = buzz.tally().all();
    let sent = all
        .iter()
        .find(|count| count.labels == r#"from="provider""#);
    sent.unwrap().value
}

mod breaker;
mod crowd;
mod memory;
mod one_flight;
mod time;
