//! Where the provider may redirect to.

use rustls::crypto::ring;

use super::*;
use crate::service::Reply;

/// Something of this machine's own that nobody is to be sent to.
async fn private() -> Service {
    Service::always(|| Reply::json(r#"{"hits":[]}"#)).await
}

async fn redirecting(to: String) -> Service {
    Service::always(move || Reply::redirect(&to)).await
}

async fn is_refused(to: String) {
    let service = redirecting(to.clone()).await;
    let failure = newest(&service).await.unwrap_err();
    assert!(matches!(failure, Failure::Redirect(_)), "{to}: {failure:?}");
    assert_eq!(service.questions().len(), 1, "{to}");
}

#[tokio::test]
async fn nobody_is_sent_to_what_is_open_to_this_machine_alone() {
    let private = private().await;
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
        is_refused(format!("http://{host}:{port}/")).await;
    }
    assert_eq!(private.connections(), 0);
}

#[tokio::test]
async fn a_name_that_means_this_machine_is_no_way_round() {
    let private = private().await;
    for name in ["localhost", "LOCALHOST"] {
        is_refused(format!("http://{name}:{}/", private.port())).await;
    }
    assert_eq!(private.connections(), 0);
}

#[tokio::test]
async fn nobody_is_sent_to_another_kind_of_address() {
    for to in ["ftp://1.1.1.1/", "file:///etc/passwd", "gopher://1.1.1.1/"] {
        let service = redirecting(to.to_owned()).await;
        let failure = newest(&service).await.unwrap_err();
        // What is no address of a page at all is not even looked at.
        let is_refused = matches!(failure, Failure::Redirect(_) | Failure::Status(302));
        assert!(is_refused, "{to}: {failure:?}");
        assert_eq!(service.questions().len(), 1);
    }
}

/// The guard is away: who follows every redirect does come to the private place.
#[tokio::test]
async fn who_follows_every_redirect_is_sent_there() {
    let private = private().await;
    for host in ["127.0.0.1", "localhost"] {
        let service = redirecting(format!("http://{host}:{}/", private.port())).await;
        // The cryptography has to be there for any client.
        let _ = ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.get(service.base()).send().await.unwrap();
    }
    assert_eq!(private.questions().len(), 2);
}

#[tokio::test]
async fn a_service_may_move_within_its_own_address() {
    let service = Service::new(|_, question| match question.address.path() {
        "/moved" => Reply::json(r#"{"hits":[]}"#),
        _ => Reply::redirect("/moved"),
    });
    let service = service.await;
    let provider = HackerNews::new(&service.base(), Some("key")).unwrap();
    let sample = provider.newest(&term("pants")).await.unwrap();
    assert!(sample.mentions.is_empty());
    let questions = service.questions();
    assert_eq!(questions.len(), 2);
    for question in questions {
        assert_eq!(question.header("authorization"), Some("Bearer key"));
        assert_eq!(question.header("referer"), None);
    }
}

#[tokio::test]
async fn a_service_that_sends_us_round_in_circles_is_left() {
    // Whoever follows for too long comes to an end, so that the test does.
    let service = Service::new(|number, _| match number {
        0..50 => Reply::redirect("/again"),
        _ => Reply::json(r#"{"hits":[]}"#),
    });
    let service = service.await;
    let failure = newest(&service).await.unwrap_err();
    assert!(matches!(failure, Failure::Redirect(_)), "{failure:?}");
    assert_eq!(service.questions().len(), 4);
}

#[tokio::test]
async fn a_refused_redirect_is_not_tried_again() {
    let private = private().await;
    let service = redirecting(private.base().to_string()).await;
    let asked = buzz(&service).ask(&term("pants")).await;
    assert_eq!(asked, Err(buzz::Trouble::Failed));
    assert_eq!(service.questions().len(), 1);
    assert_eq!(private.connections(), 0);
}
