//! Which redirects of a service are followed.

use rustls::crypto::ring;

use super::*;
use crate::fake_service::Reply;

/// A service on this machine that no redirect may reach.
async fn private_service() -> FakeService {
    FakeService::always(|| Reply::json(r#"{"hits":[]}"#)).await
}

async fn redirecting_service(to: String) -> FakeService {
    FakeService::always(move || Reply::redirect(&to)).await
}

async fn assert_refused(to: String) {
    let service = redirecting_service(to.clone()).await;
    let error = newest(&service).await.unwrap_err();
    assert!(
        matches!(error, ProviderError::ForbiddenRedirect(_)),
        "{to}: {error:?}"
    );
    assert_eq!(service.requests().len(), 1, "{to}");
}

#[tokio::test]
async fn a_redirect_to_a_loopback_address_is_refused() {
    let private = private_service().await;
    let port = private.port();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
        "[::ffff:127.0.0.1]",
        "[::1]",
    ] {
        assert_refused(format!("http://{host}:{port}/")).await;
    }
    assert_eq!(private.connections(), 0);
}

#[tokio::test]
async fn a_redirect_to_a_name_for_this_machine_is_refused() {
    let private = private_service().await;
    for name in ["localhost", "LOCALHOST"] {
        assert_refused(format!("http://{name}:{}/", private.port())).await;
    }
    assert_eq!(private.connections(), 0);
}

#[tokio::test]
async fn a_redirect_to_another_scheme_is_refused() {
    for to in ["ftp://1.1.1.1/", "file:///etc/passwd", "gopher://1.1.1.1/"] {
        let service = redirecting_service(to.to_owned()).await;
        let error = newest(&service).await.unwrap_err();
        // The HTTP client itself ignores some of these schemes, and returns the 302.
        let is_refused = matches!(
            error,
            ProviderError::ForbiddenRedirect(_) | ProviderError::Status(302)
        );
        assert!(is_refused, "{to}: {error:?}");
        assert_eq!(service.requests().len(), 1);
    }
}

/// Positive control for the tests above: nothing but the policy keeps a redirect away.
#[tokio::test]
async fn a_client_without_the_policy_reaches_the_private_service() {
    let private = private_service().await;
    for host in ["127.0.0.1", "localhost"] {
        let service = redirecting_service(format!("http://{host}:{}/", private.port())).await;
        // A reqwest client cannot be built without a default crypto provider.
        let _ = ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.get(service.base()).send().await.unwrap();
    }
    assert_eq!(private.requests().len(), 2);
}

#[tokio::test]
async fn a_redirect_within_the_services_own_origin_is_followed() {
    let service = FakeService::new(|_, request| match request.url.path() {
        "/moved" => Reply::json(r#"{"hits":[]}"#),
        _ => Reply::redirect("/moved"),
    });
    let service = service.await;
    let provider = HackerNews::new(&service.base(), Some("key")).unwrap();
    let sample = provider.newest(&term("pants")).await.unwrap();
    assert!(sample.mentions.is_empty());
    let requests = service.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.header("authorization"), Some("Bearer key"));
        assert_eq!(request.header("referer"), None);
    }
}

#[tokio::test]
async fn a_redirect_loop_is_refused() {
    // The loop ends after 50 redirects, so that the test ends even if all are followed.
    let service = FakeService::new(|number, _| match number {
        0..50 => Reply::redirect("/again"),
        _ => Reply::json(r#"{"hits":[]}"#),
    });
    let service = service.await;
    let error = newest(&service).await.unwrap_err();
    assert!(
        matches!(error, ProviderError::ForbiddenRedirect(_)),
        "{error:?}"
    );
    assert_eq!(service.requests().len(), 4);
}

#[tokio::test]
async fn a_refused_redirect_is_not_retried() {
    let private = private_service().await;
    let service = redirecting_service(private.base().to_string()).await;
    let outcome = client(&service).look_up(&term("pants")).await;
    assert_eq!(outcome, Err(buzz::LookupError::ProviderFailed));
    assert_eq!(service.requests().len(), 1);
    assert_eq!(private.connections(), 0);
}
