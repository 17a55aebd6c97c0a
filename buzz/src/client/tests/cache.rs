//! What is cached, and for how long.

use super::*;

/// A configuration under which every report is stale at once.
fn never_fresh() -> BuzzConfig {
    BuzzConfig {
        fresh_for: Duration::ZERO,
        ..BuzzConfig::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_fresh_report_is_served_from_the_cache() {
    let provider = FakeProvider::new(async |_| no_mentions());
    let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
    let first = client.look_up(&term(1)).await.unwrap();
    sleep(Duration::from_secs(59)).await;
    assert!(Arc::ptr_eq(
        &first,
        &client.look_up(&term(1)).await.unwrap()
    ));
    assert_eq!(provider.requests(), 1);
    sleep(Duration::from_secs(2)).await;
    assert!(Arc::ptr_eq(
        &first,
        &client.look_up(&term(1)).await.unwrap()
    ));
    wait_until(async || provider.requests() == 2).await;
}

#[tokio::test]
async fn a_stale_report_is_served_while_one_request_refreshes_it() {
    let gate = Gate::closed();
    let inner_gate = gate.clone();
    let provider = FakeProvider::new(move |number| {
        let gate = inner_gate.clone();
        async move {
            if number > 0 {
                gate.pass().await;
            }
            no_mentions()
        }
    });
    let client = BuzzClient::new(provider.clone(), never_fresh());
    let first = client.look_up(&term(1)).await.unwrap();
    for _ in 0..100 {
        assert!(Arc::ptr_eq(
            &first,
            &client.look_up(&term(1)).await.unwrap()
        ));
    }
    wait_until(async || provider.requests() == 2).await;
    gate.open();
    wait_until(async || {
        client
            .cached(&term(1))
            .is_some_and(|one| !Arc::ptr_eq(&first, &one))
    })
    .await;
    assert_eq!(provider.requests(), 2);
}

#[tokio::test]
async fn a_failed_refresh_is_not_repeated_at_once() {
    let provider = FakeProvider::new(async |number| match number {
        0 => no_mentions(),
        _ => Err(ProviderError::Status(404)),
    });
    let client = BuzzClient::new(provider.clone(), never_fresh());
    let first = client.look_up(&term(1)).await.unwrap();
    assert!(client.look_up(&term(1)).await.is_ok());
    wait_until(async || client.0.errors.contains_key(&term(1))).await;
    for _ in 0..100 {
        assert!(Arc::ptr_eq(
            &first,
            &client.look_up(&term(1)).await.unwrap()
        ));
        tokio::task::yield_now().await;
    }
    assert_eq!(provider.requests(), 2);
}

#[tokio::test]
async fn an_error_is_cached() {
    let provider = FakeProvider::new(async |_| Err(ProviderError::Status(404)));
    let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
    for _ in 0..100 {
        assert_eq!(
            client.look_up(&term(1)).await,
            Err(LookupError::ProviderFailed)
        );
    }
    assert_eq!(provider.requests(), 1);
}

#[tokio::test]
async fn a_cached_error_expires() {
    let provider = FakeProvider::new(async |number| match number {
        0 => Err(ProviderError::Status(404)),
        _ => no_mentions(),
    });
    let config = BuzzConfig {
        error_ttl: Duration::from_millis(20),
        ..BuzzConfig::default()
    };
    let client = BuzzClient::new(provider.clone(), config);
    assert_eq!(
        client.look_up(&term(1)).await,
        Err(LookupError::ProviderFailed)
    );
    wait_until(async || client.look_up(&term(1)).await.is_ok()).await;
    assert_eq!(provider.requests(), 2);
}

#[tokio::test]
async fn a_cached_report_expires() {
    let provider = FakeProvider::new(async |number| match number {
        0 => no_mentions(),
        _ => Err(ProviderError::Status(404)),
    });
    let config = BuzzConfig {
        cache_ttl: Duration::from_millis(50),
        ..BuzzConfig::default()
    };
    let client = BuzzClient::new(provider.clone(), config);
    assert!(client.look_up(&term(1)).await.is_ok());
    wait_until(async || client.cached(&term(1)).is_none()).await;
    assert_eq!(
        client.look_up(&term(1)).await,
        Err(LookupError::ProviderFailed)
    );
}

#[tokio::test]
async fn the_caches_are_bounded() {
    let config = BuzzConfig {
        cache_capacity: 10,
        breaker_window: 10_000,
        ..BuzzConfig::default()
    };
    let provider = FakeProvider::new(async |number| match number % 2 {
        0 => no_mentions(),
        _ => Err(ProviderError::Status(404)),
    });
    let client = BuzzClient::new(provider, config);
    for number in 0..500 {
        let _ = client.look_up(&term(number)).await;
    }
    client.0.reports.run_pending_tasks();
    client.0.errors.run_pending_tasks();
    assert!((1..=10).contains(&client.0.reports.entry_count()));
    assert!((1..=10).contains(&client.0.errors.entry_count()));
}
