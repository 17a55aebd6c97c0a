//! The circuit breaker: a provider that keeps failing is not asked for a while.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use super::*;

fn config() -> BuzzConfig {
    BuzzConfig {
        breaker_window: 4,
        breaker_open_for: Duration::from_secs(1),
        ..BuzzConfig::default()
    }
}

/// A provider that fails until it is switched on, and its switch.
fn switchable() -> (FakeProvider, Arc<AtomicBool>) {
    let is_up = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&is_up);
    let provider = FakeProvider::new(move |_| {
        let is_up = switch.load(SeqCst);
        async move {
            if is_up {
                no_mentions()
            } else {
                Err(ProviderError::Status(429))
            }
        }
    });
    (provider, is_up)
}

#[tokio::test]
async fn the_breaker_opens_when_the_provider_is_down_and_closes_when_it_is_up() {
    let (provider, is_up) = switchable();
    let client = BuzzClient::new(provider.clone(), config());
    let mut terms = 0..;
    let mut look_up_next = async || client.look_up(&term(terms.next().unwrap())).await;
    for _ in 0..5 {
        assert_eq!(look_up_next().await, Err(LookupError::ProviderFailed));
    }
    for _ in 0..100 {
        assert_eq!(look_up_next().await, Err(LookupError::BreakerOpen));
    }
    assert_eq!(provider.requests(), 5);
    is_up.store(true, SeqCst);
    wait_until(async || look_up_next().await.is_ok()).await;
    assert!(look_up_next().await.is_ok());
    // The breaker is closed again: one failure does not open it.
    is_up.store(false, SeqCst);
    assert_eq!(look_up_next().await, Err(LookupError::ProviderFailed));
    is_up.store(true, SeqCst);
    assert!(look_up_next().await.is_ok());
}

#[tokio::test]
async fn the_breaker_opens_again_when_the_provider_is_still_down() {
    let (provider, _) = switchable();
    let client = BuzzClient::new(provider.clone(), config());
    let mut terms = 0..;
    let mut look_up_next = async || client.look_up(&term(terms.next().unwrap())).await;
    for _ in 0..5 {
        assert_eq!(look_up_next().await, Err(LookupError::ProviderFailed));
    }
    wait_until(async || look_up_next().await == Err(LookupError::ProviderFailed)).await;
    assert_eq!(look_up_next().await, Err(LookupError::ProviderFailed));
    assert_eq!(look_up_next().await, Err(LookupError::BreakerOpen));
    assert_eq!(provider.requests(), 7);
}

#[tokio::test]
async fn cached_reports_are_served_while_the_breaker_is_open() {
    let (provider, is_up) = switchable();
    let config = BuzzConfig {
        fresh_for: Duration::ZERO,
        ..config()
    };
    let client = BuzzClient::new(provider.clone(), config);
    is_up.store(true, SeqCst);
    let cached = client.look_up(&term(1_000)).await.unwrap();
    is_up.store(false, SeqCst);
    for number in 0..4 {
        assert_eq!(
            client.look_up(&term(number)).await,
            Err(LookupError::ProviderFailed)
        );
    }
    assert_eq!(
        client.look_up(&term(4)).await,
        Err(LookupError::BreakerOpen)
    );
    assert!(Arc::ptr_eq(
        &cached,
        &client.look_up(&term(1_000)).await.unwrap()
    ));
}

#[tokio::test]
async fn rejected_requests_do_not_open_the_breaker() {
    let provider = FakeProvider::new(async |_| Err(ProviderError::Status(414)));
    let client = BuzzClient::new(provider.clone(), config());
    for number in 0..100 {
        assert_eq!(
            client.look_up(&term(number)).await,
            Err(LookupError::ProviderFailed)
        );
    }
    assert_eq!(provider.requests(), 100);
}

#[tokio::test]
async fn panics_open_the_breaker() {
    let provider = FakeProvider::new(async |_| panic!("as scripted"));
    let client = BuzzClient::new(provider.clone(), config());
    for number in 0..5 {
        assert_eq!(
            client.look_up(&term(number)).await,
            Err(LookupError::ProviderFailed)
        );
    }
    assert_eq!(
        client.look_up(&term(5)).await,
        Err(LookupError::BreakerOpen)
    );
    assert_eq!(provider.requests(), 5);
}
