//! Deadlines and the single retry.

use std::collections::HashSet;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_lookup_times_out_at_its_deadline() {
    let provider = FakeProvider::new(async |_| pending().await);
    let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
    let start = Instant::now();
    assert_eq!(client.look_up(&term(1)).await, Err(LookupError::TimedOut));
    let needed = start.elapsed().as_millis();
    assert!((5_000..5_050).contains(&needed), "{needed}");
    assert_eq!(provider.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_transient_error_is_retried_once() {
    let provider = FakeProvider::new(async |number| match number {
        0 => Err(ProviderError::Status(503)),
        _ => no_mentions(),
    });
    let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
    assert!(client.look_up(&term(1)).await.is_ok());
    assert_eq!((provider.requests(), client.metrics().requests()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_second_failure_is_not_retried() {
    let provider = FakeProvider::new(async |_| Err(ProviderError::Status(503)));
    let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
    assert_eq!(
        client.look_up(&term(1)).await,
        Err(LookupError::ProviderFailed)
    );
    assert_eq!(provider.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_permanent_error_is_not_retried() {
    for status in [400, 401, 404, 429, 501] {
        let provider =
            FakeProvider::new(move |_| async move { Err(ProviderError::Status(status)) });
        let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
        assert_eq!(
            client.look_up(&term(1)).await,
            Err(LookupError::ProviderFailed)
        );
        assert_eq!(provider.requests(), 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_covers_the_retry() {
    let provider = FakeProvider::new(async |_| {
        sleep(Duration::from_secs(4)).await;
        Err(ProviderError::Status(503))
    });
    let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
    let start = Instant::now();
    assert_eq!(client.look_up(&term(1)).await, Err(LookupError::TimedOut));
    let needed = start.elapsed().as_millis();
    assert!((5_000..5_050).contains(&needed), "{needed}");
    assert_eq!(provider.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn retry_pauses_are_randomised() {
    let mut pauses = HashSet::new();
    for _ in 0..20 {
        let provider = FakeProvider::new(async |_| Err(ProviderError::Status(503)));
        let client = BuzzClient::new(provider, BuzzConfig::default());
        let start = Instant::now();
        assert_eq!(
            client.look_up(&term(1)).await,
            Err(LookupError::ProviderFailed)
        );
        let pause = start.elapsed();
        assert!((RETRY_PAUSE..RETRY_PAUSE * 2 + Duration::from_millis(5)).contains(&pause));
        pauses.insert(pause);
    }
    assert!(pauses.len() > 5, "{pauses:?}");
}
