//! The Hacker News provider over real connections to a fake service that misbehaves.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod fake_service;
mod lookups;
mod redirects;
mod responses;

use buzz::{BuzzClient, BuzzConfig, HackerNews, Provider, ProviderError, Sample, SearchTerm};
use fake_service::FakeService;

fn term(text: &str) -> SearchTerm {
    SearchTerm::parse(text).unwrap()
}

/// A provider that uses the fake service, at the same path as the public one.
fn provider(service: &FakeService) -> HackerNews {
    HackerNews::new(&service.base(), None).unwrap()
}

/// Sends one request, without a [`BuzzClient`] in between.
async fn newest(service: &FakeService) -> Result<Sample, ProviderError> {
    provider(service).newest(&term("pants")).await
}

/// A client with the default configuration.
fn client(service: &FakeService) -> BuzzClient {
    BuzzClient::new(provider(service), BuzzConfig::default())
}
