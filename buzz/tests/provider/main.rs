//! The Hacker News provider, over real connections to a local service.
//!
//! The service can be slow, wrong, huge, or dead.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answers;
mod asking;
mod redirects;
mod service;

use buzz::{Buzz, Failure, Habits, HackerNews, Provider, Sample, Term};
use service::Service;

fn term(text: &str) -> Term {
    Term::parse(text).unwrap()
}

/// The provider at a service, under the path that the public one has.
fn provider(service: &Service) -> HackerNews {
    HackerNews::new(&service.base(), None).unwrap()
}

/// Asks once, without habits.
async fn newest(service: &Service) -> Result<Sample, Failure> {
    provider(service).newest(&term("pants")).await
}

/// Asks in the way that it is asked in.
fn buzz(service: &Service) -> Buzz {
    Buzz::new(provider(service), Habits::default())
}
