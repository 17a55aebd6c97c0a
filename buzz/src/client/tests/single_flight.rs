//! Concurrent lookups of the same term share one request.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_lookups_of_one_term_are_one_request() {
    let (provider, gate) = FakeProvider::gated();
    let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
    let lookups = look_up_all(&client, [7; 1_000]);
    wait_until(async || cache_misses(&client) == 1_000).await;
    gate.open();
    let outcomes = lookups.join_all().await;
    let first = outcomes[0].as_ref().unwrap();
    assert!(outcomes.iter().flatten().all(|one| Arc::ptr_eq(one, first)));
    assert_eq!(outcomes.iter().flatten().count(), 1_000);
    assert_eq!((provider.requests(), client.metrics().requests()), (1, 1));
    assert!(client.in_flight().is_empty());
}

/// Positive control for the test above: requests to the provider itself are not shared.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_the_client_a_thousand_lookups_are_a_thousand_requests() {
    let (provider, gate) = FakeProvider::gated();
    let request = |provider: FakeProvider| async move { provider.newest(&term(7)).await };
    let lookups: JoinSet<_> = std::iter::repeat_n(provider.clone(), 1_000)
        .map(request)
        .collect();
    wait_until(async || provider.requests() == 1_000).await;
    gate.open();
    lookups.join_all().await;
    assert_eq!(provider.requests(), 1_000);
}

/// There is no gate, so responses arrive while other lookups are still starting.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lookup_that_starts_as_another_ends_sends_no_request() {
    for is_answered in [true, false] {
        for _ in 0..50 {
            let provider = FakeProvider::new(move |_| async move {
                tokio::task::yield_now().await;
                if is_answered {
                    no_mentions()
                } else {
                    Err(ProviderError::Status(404))
                }
            });
            let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
            look_up_all(&client, [7; 200]).join_all().await;
            assert_eq!(provider.requests(), 1);
        }
    }
}

/// As above, but deterministic: the report is cached after the caller has checked the cache.
#[tokio::test]
async fn starting_a_lookup_checks_the_cache_again() {
    let provider = FakeProvider::new(async |_| no_mentions());
    let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
    let report = client.look_up(&term(7)).await.unwrap();
    assert!(Arc::ptr_eq(
        &report,
        &client.join_or_start(&term(7)).await.unwrap()
    ));
    assert_eq!(provider.requests(), 1);
}

#[tokio::test]
async fn cancelling_one_lookup_does_not_cancel_the_others() {
    let (provider, gate) = FakeProvider::gated();
    let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
    let mut first = look_up_all(&client, [7; 10]);
    wait_until(async || provider.requests() == 1).await;
    let others = look_up_all(&client, [7; 10]);
    wait_until(async || cache_misses(&client) == 20).await;
    first.shutdown().await;
    gate.open();
    let outcomes = others.join_all().await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(provider.requests(), 1);
}

#[tokio::test]
async fn a_report_is_cached_even_if_nobody_waits_for_it() {
    let (provider, gate) = FakeProvider::gated();
    let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
    let mut lookups = look_up_all(&client, [7]);
    wait_until(async || provider.requests() == 1).await;
    lookups.shutdown().await;
    gate.open();
    wait_until(async || client.cached(&term(7)).is_some()).await;
    assert!(client.look_up(&term(7)).await.is_ok());
    assert_eq!(provider.requests(), 1);
}

#[tokio::test]
async fn terms_that_differ_in_case_share_a_request() {
    let provider = FakeProvider::new(async |_| no_mentions());
    let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
    for text in ["Pants", "pants", " PANTS "] {
        client
            .look_up(&SearchTerm::parse(text).unwrap())
            .await
            .unwrap();
    }
    assert_eq!(provider.requests(), 1);
}

#[tokio::test]
async fn a_panicking_provider_counts_as_failed_and_is_asked_again_later() {
    let provider = FakeProvider::new(async |number| match number {
        0 => panic!("as scripted"),
        _ => no_mentions(),
    });
    let config = BuzzConfig {
        error_ttl: Duration::from_millis(20),
        ..BuzzConfig::default()
    };
    let client = BuzzClient::new(provider.clone(), config);
    let outcomes = look_up_all(&client, [7; 10]).join_all().await;
    assert!(
        outcomes
            .into_iter()
            .all(|one| one == Err(LookupError::ProviderFailed))
    );
    assert!(client.in_flight().is_empty());
    wait_until(async || client.look_up(&term(7)).await.is_ok()).await;
    assert_eq!(provider.requests(), 2);
    assert_eq!(
        client.0.request_slots.available_permits(),
        client.0.config.max_concurrent
    );
}

/// A provider that panics before it returns a future.
struct PanickingProvider;

impl Provider for PanickingProvider {
    fn newest<'a, 'b, 'c>(
        &'a self,
        _: &'b SearchTerm,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Sample, ProviderError>> + Send + 'c>>
    where
        Self: 'c,
        'a: 'c,
        'b: 'c,
    {
        panic!("as scripted")
    }
}

#[tokio::test]
async fn a_panic_outside_the_future_leaks_no_slot_and_no_lookup() {
    let client = BuzzClient::new(PanickingProvider, BuzzConfig::default());
    for _ in 0..3 {
        assert_eq!(
            client.look_up(&term(7)).await,
            Err(LookupError::ProviderFailed)
        );
        assert!(client.in_flight().is_empty());
        assert_eq!(
            client.0.request_slots.available_permits(),
            client.0.config.max_concurrent
        );
    }
}

#[test]
fn a_runtime_that_shuts_down_leaves_no_lookup_in_flight() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
    };
    let provider = FakeProvider::new(async |number| match number {
        0 => pending().await,
        _ => no_mentions(),
    });
    let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
    let first = runtime().unwrap();
    first.block_on(async {
        let lookups = look_up_all(&client, [7]);
        wait_until(async || provider.requests() == 1).await;
        drop(lookups);
        // A second lookup, whose task has not started yet.
        drop(client.join_or_start(&term(8)));
    });
    drop(first);
    assert!(client.in_flight().is_empty());
    let second = runtime().unwrap();
    let outcomes = second.block_on(async { look_up_all(&client, [7, 8]).join_all().await });
    assert!(outcomes.iter().all(Result::is_ok));
}

#[tokio::test]
async fn a_dropped_client_releases_its_provider() {
    let (provider, gate) = FakeProvider::gated();
    let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
    let lookups = look_up_all(&client, 0..5);
    wait_until(async || provider.requests() == 5).await;
    drop((client, lookups));
    gate.open();
    wait_until(async || provider.is_last_reference()).await;
}
