//! Which requests nginx sends to another instance, and which it never repeats.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use tokio::io::AsyncReadExt;

use crate::cluster::{
    fake_instance::{Behaviour, Instance},
    nginx::Nginx,
};

/// Sends a POST to instances that close the connection without an answer. Returns the status, the
/// `Retry-After` header and the body of nginx's answer.
async fn send_cut_post(nginx: &Nginx) -> (StatusCode, String, String) {
    let answer = Client::new()
        .post(nginx.url("/api/place_order"))
        .body("key=1")
        .send()
        .await
        .unwrap();
    let status = answer.status();
    let after = answer.headers()["retry-after"].to_str().unwrap().to_owned();
    (status, after, answer.text().await.unwrap())
}

#[tokio::test]
async fn a_post_that_was_sent_is_not_sent_again() {
    let dying = [
        Instance::start(Behaviour::Cut).await,
        Instance::start(Behaviour::Cut).await,
    ];
    let nginx = Nginx::in_front_of(&[dying[0].address, dying[1].address]).await;

    let (status, after, body) = send_cut_post(&nginx).await;

    let reached = dying.each_ref().map(|one| one.received().len());
    assert_eq!(reached.iter().sum::<usize>(), 1, "{reached:?}");
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(after, "1");
    assert!(body.contains(r#""code":"busy""#), "{body}");
}

/// Control: if nginx also retries POSTs, the same POST reaches both instances.
#[tokio::test]
async fn with_non_idempotent_retries_a_post_is_sent_twice() {
    let dying = [
        Instance::start(Behaviour::Cut).await,
        Instance::start(Behaviour::Cut).await,
    ];
    let retrying = (
        "shop.conf",
        "proxy_next_upstream error timeout;",
        "proxy_next_upstream error timeout non_idempotent;",
    );
    let nginx = Nginx::altered(&[dying[0].address, dying[1].address], &[retrying]).await;

    send_cut_post(&nginx).await;

    assert_eq!(dying.each_ref().map(|one| one.received().len()), [1, 1]);
}

#[tokio::test]
async fn a_get_is_retried_when_an_instance_dies() {
    let (dying, sound) = (
        Instance::start(Behaviour::Cut).await,
        Instance::start(Behaviour::Echo).await,
    );
    let nginx = Nginx::in_front_of(&[dying.address, sound.address]).await;
    let client = Client::new();
    while dying.received().is_empty() {
        let answer = client.get(nginx.url("/books/x")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_post_that_reached_no_instance_goes_to_the_next() {
    let (absent, sound) = (
        Instance::absent().await,
        Instance::start(Behaviour::Echo).await,
    );
    let nginx = Nginx::in_front_of(&[absent.address, sound.address]).await;
    let client = Client::new();
    for _ in 0..20 {
        let post = client.post(nginx.url("/api/place_order")).body("key=1");
        assert_eq!(post.send().await.unwrap().status(), StatusCode::OK);
    }
    assert_eq!(sound.received().len(), 20);
}

/// A closing instance keeps idle connections for 5 s. nginx must have closed them by then.
#[tokio::test]
async fn nginx_closes_idle_connections_before_the_instance_does() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nginx = Nginx::in_front_of(&[listener.local_addr().unwrap()]).await;
    let client = Client::new();
    let asked = tokio::spawn(client.get(nginx.url("/books/x")).send());

    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = vec![0; 4096];
    let _ = stream.read(&mut request).await.unwrap();
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    tokio::io::AsyncWriteExt::write_all(&mut stream, answer)
        .await
        .unwrap();
    assert_eq!(asked.await.unwrap().unwrap().status(), StatusCode::OK);

    let idle = Instant::now();
    assert_eq!(stream.read(&mut request).await.unwrap(), 0);
    let kept = idle.elapsed();
    assert!(
        kept > Duration::from_secs(1),
        "the connection is kept alive: {kept:?}"
    );
    assert!(kept < Duration::from_millis(4_900), "{kept:?}");
}

#[tokio::test]
async fn a_person_gets_a_page_when_no_instance_answers() {
    let nginx = Nginx::in_front_of(&[Instance::absent().await.address]).await;
    let page = Client::new()
        .get(nginx.url("/books/x"))
        .header("accept", "text/html,*/*")
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.headers()["retry-after"], "1");
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
    let page = page.text().await.unwrap();
    assert!(page.contains("Please try again in a moment"), "{page}");
}
