//! Limits on concurrent requests and on the queue.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn at_most_sixteen_requests_run_at_once() {
    let (provider, gate) = FakeProvider::gated();
    let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
    let lookups = look_up_all(&client, 0..80);
    wait_until(async || provider.requests() == 16 && client.in_flight().len() == 80).await;
    gate.open();
    let outcomes = lookups.join_all().await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!((provider.max_concurrent(), provider.requests()), (16, 80));
}

/// Positive control for the test above: the client sets the limit, not the provider.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_the_client_all_requests_run_at_once() {
    let (provider, gate) = FakeProvider::gated();
    let request = |number| {
        let provider = provider.clone();
        async move { provider.newest(&term(number)).await }
    };
    let lookups: JoinSet<_> = (0..80).map(request).collect();
    wait_until(async || provider.requests() == 80).await;
    gate.open();
    lookups.join_all().await;
    assert_eq!(provider.max_concurrent(), 80);
}

#[tokio::test]
async fn lookups_beyond_the_queue_are_refused_at_once() {
    let (provider, gate) = FakeProvider::gated();
    let client = BuzzClient::new(provider.clone(), BuzzConfig::default());
    let lookups = look_up_all(&client, 0..80);
    wait_until(async || client.in_flight().len() == 80).await;
    for number in 80..2_000 {
        assert_eq!(
            client.look_up(&term(number)).await,
            Err(LookupError::Overloaded)
        );
    }
    assert_eq!(client.in_flight().len(), 80);
    // A lookup of a term in flight joins it and needs no place in the queue.
    let same = look_up_all(&client, [3]);
    wait_until(async || cache_misses(&client) == 2_001).await;
    gate.open();
    assert!(lookups.join_all().await.iter().all(Result::is_ok));
    assert!(same.join_all().await[0].is_ok());
    // The queue is empty again, and the refusal was not cached.
    assert!(client.look_up(&term(80)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_lookup_without_a_request_slot_fails_after_half_the_deadline() {
    let provider = FakeProvider::new(async |_| pending().await);
    let config = BuzzConfig {
        max_concurrent: 1,
        ..BuzzConfig::default()
    };
    let client = BuzzClient::new(provider.clone(), config);
    let start = Instant::now();
    let first = look_up_all(&client, [1]);
    wait_until(async || provider.requests() == 1).await;
    assert_eq!(client.look_up(&term(2)).await, Err(LookupError::Overloaded));
    assert!(start.elapsed() >= config.deadline / 2 && start.elapsed() < config.deadline);
    assert_eq!(first.join_all().await, [Err(LookupError::TimedOut)]);
    assert!(start.elapsed() < config.deadline + Duration::from_millis(50));
    assert_eq!(provider.requests(), 1);
}

/// A lookup that gets a slot has enough time left for a provider that takes 700 ms.
#[tokio::test(start_paused = true)]
async fn many_lookups_do_not_make_a_slow_provider_time_out() {
    let provider = FakeProvider::new(async |_| {
        sleep(Duration::from_millis(700)).await;
        no_mentions()
    });
    let config = BuzzConfig {
        max_concurrent: 2,
        max_queued: 1_000,
        ..BuzzConfig::default()
    };
    let client = BuzzClient::new(provider.clone(), config);
    let outcomes = look_up_all(&client, 0..500).join_all().await;
    let answered = outcomes.iter().flatten().count();
    // In 2.5 s, half the deadline, each of the two slots can start four requests of 700 ms.
    assert_eq!(answered, 8);
    let refused = outcomes
        .iter()
        .filter(|one| **one == Err(LookupError::Overloaded));
    assert_eq!(refused.count(), 492);
    assert!(client.look_up(&term(1_000)).await.is_ok());
}
