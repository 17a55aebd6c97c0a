//! What a caller gets from a lookup, whatever the service does.

use std::time::{Duration, Instant};

use buzz::LookupError;
use tokio::net::TcpSocket;

use super::*;
use crate::fake_service::Reply;

fn no_hits() -> Reply {
    Reply::json(r#"{"hits":[],"nbHits":0}"#)
}

#[tokio::test]
async fn a_response_becomes_a_report() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let an_hour_ago = now.unwrap().as_secs() - 3_600;
    let service = FakeService::always(move || {
        Reply::json(format!(
            r#"{{"hits":[{{"created_at_i":{an_hour_ago}}}],"nbHits":1}}"#
        ))
    });
    let report = client(&service.await)
        .look_up(&term("pants"))
        .await
        .unwrap();
    let estimate = report.estimate.as_ref().unwrap();
    assert!((0.0002..0.0003).contains(&estimate.rate.per_second()));
    assert_eq!((estimate.mentions, estimate.is_truncated), (1, false));
    assert_eq!(report.newest.len(), 1);
}

const LOOKUPS: usize = 20;

#[tokio::test]
async fn successive_requests_reuse_connections() {
    let service = FakeService::always(no_hits).await;
    let client = client(&service);
    for number in 0..LOOKUPS {
        client
            .look_up(&term(&format!("term {number}")))
            .await
            .unwrap();
    }
    assert_eq!(service.requests().len(), LOOKUPS);
    // A connection may return to the pool a moment after its response.
    assert!(service.connections() <= 3, "{}", service.connections());
}

/// Positive control for the test above: providers do not share their connections.
#[tokio::test]
async fn separate_providers_connect_each_time() {
    let service = FakeService::always(no_hits).await;
    for _ in 0..LOOKUPS {
        newest(&service).await.unwrap();
    }
    assert_eq!(service.connections(), LOOKUPS);
}

#[tokio::test]
async fn a_transient_error_is_retried() {
    let service = FakeService::new(|number, _| match number {
        0 => Reply::status(500),
        _ => no_hits(),
    });
    let service = service.await;
    let client = client(&service);
    assert!(client.look_up(&term("pants")).await.is_ok());
    assert_eq!(service.requests().len(), 2);
    assert_eq!(client.metrics().requests(), 2);
}

#[tokio::test]
async fn a_second_error_is_not_retried() {
    let service = FakeService::always(|| Reply::status(500)).await;
    let outcome = client(&service).look_up(&term("pants")).await;
    assert_eq!(outcome, Err(LookupError::ProviderFailed));
    assert_eq!(service.requests().len(), 2);
}

#[tokio::test]
async fn a_permanent_error_is_cached_and_not_retried() {
    for reply in [|| Reply::status(429), || Reply::json("<html>")] {
        let service = FakeService::always(reply).await;
        let client = client(&service);
        for _ in 0..10 {
            assert_eq!(
                client.look_up(&term("pants")).await,
                Err(LookupError::ProviderFailed)
            );
        }
        assert_eq!(service.requests().len(), 1);
    }
}

async fn assert_times_out_at_the_deadline(service: FakeService) {
    let config = BuzzConfig {
        deadline: Duration::from_millis(300),
        ..BuzzConfig::default()
    };
    let client = BuzzClient::new(provider(&service), config);
    let start = Instant::now();
    assert_eq!(
        client.look_up(&term("pants")).await,
        Err(LookupError::TimedOut)
    );
    let needed = start.elapsed();
    assert!(needed >= config.deadline, "{needed:?}");
    // The service never finishes its response. The upper bound allows for a busy machine.
    assert!(needed < Duration::from_secs(20), "{needed:?}");
    assert_eq!(service.requests().len(), 1);
}

#[tokio::test]
async fn a_silent_service_times_out() {
    assert_times_out_at_the_deadline(FakeService::always(|| Reply::Silence).await).await;
}

#[tokio::test]
async fn an_endless_response_times_out() {
    assert_times_out_at_the_deadline(FakeService::always(|| Reply::Endless).await).await;
}

#[tokio::test]
async fn a_refused_connection_is_an_error() {
    // Bound but not listening, so that no other process can listen on the port.
    let bound = TcpSocket::new_v4().unwrap();
    bound.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let base = format!("http://{}/", bound.local_addr().unwrap());
    let unreachable = || HackerNews::new(&base.parse().unwrap(), None).unwrap();
    let error = unreachable().newest(&term("pants")).await.unwrap_err();
    assert!(matches!(error, ProviderError::Unreachable(_)), "{error:?}");
    let client = BuzzClient::new(unreachable(), BuzzConfig::default());
    assert_eq!(
        client.look_up(&term("pants")).await,
        Err(LookupError::ProviderFailed)
    );
    assert_eq!(client.metrics().requests(), 2);
}
