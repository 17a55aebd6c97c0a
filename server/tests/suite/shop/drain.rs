//! The shop closes behind a proxy: it accepts no new clients, and cuts no request off.

use std::{
    future::pending,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use reqwest::StatusCode;
use store::{Store, opening_catalogue};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::yield_now,
    time::timeout,
};

use crate::shop::{
    altered::{Alteration, Altered},
    helpers::{
        GUIDE, PATIENCE, TestShop, open_store, spawn_on, spawn_shop, spawn_shop_with_settings,
    },
};

/// A shop behind a proxy on this machine.
async fn spawn_shop_behind_a_proxy() -> TestShop {
    let proxies = vec!["127.0.0.1/32".parse().unwrap()];
    spawn_shop_with_settings(|settings| settings.trusted_proxies = proxies).await
}

/// A connection that the proxy keeps alive.
struct KeepAlive(TcpStream);

impl KeepAlive {
    /// Opens a connection, and makes one request on it.
    async fn open(shop: &TestShop) -> Self {
        let mut kept = Self(TcpStream::connect(shop.address).await.unwrap());
        let answer = kept.ask("GET /healthz HTTP/1.1\r\n", "").await.unwrap();
        assert!(!says_close(&answer), "{answer}");
        kept
    }

    /// Sends a request. Returns the answer, or `None` if the connection was cut.
    async fn ask(&mut self, line: &str, body: &str) -> Option<String> {
        let length = body.len();
        let form = "Content-Type: application/x-www-form-urlencoded";
        let request = format!("{line}Host: x\r\n{form}\r\nContent-Length: {length}\r\n\r\n{body}");
        self.0.write_all(request.as_bytes()).await.ok()?;
        let (mut said, mut buffer) = (String::new(), [0; 4_096]);
        while !is_whole(&said) {
            let read = timeout(PATIENCE, self.0.read(&mut buffer)).await.unwrap();
            match read.unwrap_or(0) {
                0 => return None,
                read => said.push_str(std::str::from_utf8(&buffer[..read]).unwrap()),
            }
        }
        Some(said)
    }

    async fn add_to_cart(&mut self) -> Option<String> {
        let body = format!("book={GUIDE}");
        self.ask("POST /api/add_to_cart HTTP/1.1\r\n", &body).await
    }

    async fn has_ended(mut self) -> bool {
        let read = timeout(PATIENCE, self.0.read(&mut [0])).await;
        read.unwrap().unwrap_or(0) == 0
    }
}

fn is_whole(answer: &str) -> bool {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        return false;
    };
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length: "));
    length.is_some_and(|length| length.parse() == Ok(body.len()))
}

fn says_close(answer: &str) -> bool {
    answer.contains("\r\nconnection: close\r\n")
}

async fn until_the_listener_closes(shop: &TestShop) {
    let closed = async {
        while TcpStream::connect(shop.address).await.is_ok() {
            yield_now().await;
        }
    };
    timeout(PATIENCE, closed)
        .await
        .expect("the shop stops listening");
}

async fn assert_closes_cleanly(shop: TestShop) {
    let ended = timeout(PATIENCE, shop.running).await;
    ended.expect("the shop closes").unwrap().unwrap();
}

#[tokio::test]
async fn a_post_on_a_kept_connection_is_answered_after_the_listener_has_gone() {
    let shop = spawn_shop_behind_a_proxy().await;
    let mut kept = KeepAlive::open(&shop).await;
    shop.stop.cancel();
    until_the_listener_closes(&shop).await;
    let answer = kept.add_to_cart().await.expect("the post is answered");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(says_close(&answer), "{answer}");
    assert!(kept.has_ended().await);
    assert_closes_cleanly(shop).await;
}

/// Control, and the behaviour without a proxy: the shop closes at once.
#[tokio::test]
async fn without_the_grace_period_a_post_on_a_kept_connection_is_cut() {
    let shop = spawn_shop().await;
    let mut kept = KeepAlive::open(&shop).await;
    shop.stop.cancel();
    until_the_listener_closes(&shop).await;
    assert_eq!(kept.add_to_cart().await, None);
    assert_closes_cleanly(shop).await;
}

#[tokio::test]
async fn readiness_fails_first_while_requests_are_still_answered() {
    let shop = spawn_shop_behind_a_proxy().await;
    let person = shop.shopper();
    assert_eq!(person.get("/readyz").await.status(), StatusCode::OK);
    shop.stop.cancel();
    let off = async {
        while person.get("/readyz").await.status() == StatusCode::OK {
            yield_now().await;
        }
    };
    timeout(PATIENCE, off).await.expect("readiness fails");
    for (path, status) in [
        ("/readyz", StatusCode::SERVICE_UNAVAILABLE),
        ("/healthz", StatusCode::OK),
        ("/", StatusCode::OK),
        ("/api/cart", StatusCode::OK),
        (&format!("/live?seen={GUIDE}:0"), StatusCode::OK),
    ] {
        let answer = person.get(path).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.headers()["connection"], "close", "{path}");
    }
    assert_closes_cleanly(shop).await;
}

#[tokio::test]
async fn streams_and_waits_end_after_the_listener_has_closed() {
    let shop = spawn_shop_behind_a_proxy().await;
    let waiting = shop.shopper();
    let wait = tokio::spawn(async move { waiting.live(&format!("{GUIDE}:1")).await });
    let mut stream = shop.stream(&format!("{GUIDE}:1")).await;
    shop.until_watched_by(2, GUIDE).await;
    shop.stop.cancel();
    assert!(stream.next().await.retry_ms.is_some());
    let late = TcpStream::connect(shop.address).await;
    assert!(late.is_err(), "a reconnect reaches another instance");
    assert!(wait.await.unwrap().pace_ms.is_some());
    assert_closes_cleanly(shop).await;
}

#[tokio::test]
async fn an_idle_connection_does_not_delay_the_shutdown() {
    let shop = spawn_shop_behind_a_proxy().await;
    let kept = KeepAlive::open(&shop).await;
    let began = Instant::now();
    shop.stop.cancel();
    assert!(kept.has_ended().await);
    let kept_for = began.elapsed();
    assert!(
        kept_for > Duration::from_secs(4),
        "longer than the proxy keeps it"
    );
    assert_closes_cleanly(shop).await;
    assert!(began.elapsed() < Duration::from_secs(15));
}

/// A store that does not close.
struct NeverCloses;

#[async_trait]
impl Alteration for NeverCloses {
    async fn close(&self, _: &dyn Store) {
        pending().await
    }
}

/// The supervisor kills the process after thirty-five seconds (`deploy/systemd`).
#[tokio::test]
async fn a_shop_in_which_everything_hangs_closes_within_thirty_seconds() {
    let data = tempfile::tempdir().unwrap();
    let inner = open_store(data.path(), opening_catalogue()).await;
    let store = Arc::new(Altered {
        inner,
        by: NeverCloses,
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxies = vec!["127.0.0.1/32".parse().unwrap()];
    let shop = spawn_on(listener, store, data, 1_024, |settings| {
        settings.trusted_proxies = proxies;
    })
    .await;
    let mut unfinished = KeepAlive::open(&shop).await;
    let half = "POST /api/add_to_cart HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nbook=";
    unfinished.0.write_all(half.as_bytes()).await.unwrap();
    let began = Instant::now();
    shop.stop.cancel();
    let ended = timeout(2 * PATIENCE, shop.running).await;
    ended.expect("the shop closes").unwrap().unwrap();
    assert!(
        began.elapsed() < Duration::from_secs(30),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn without_connections_the_shutdown_is_immediate() {
    let shop = spawn_shop_behind_a_proxy().await;
    drop(KeepAlive::open(&shop).await);
    let began = Instant::now();
    shop.stop.cancel();
    assert_closes_cleanly(shop).await;
    assert!(began.elapsed() < Duration::from_secs(4));
}
