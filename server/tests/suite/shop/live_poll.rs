//! `GET /live` without an upgrade: the immediate answer, and the long poll.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use reqwest::StatusCode;
use shop::{Command, Quantity, ShopperId};
use store::{Change, Store, StoreError, Topic, opening_catalogue};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::shop::{
    altered::{Alteration, Altered},
    helpers::{
        GUIDE, PATIENCE, TestShop, open_store, sentence, slug, spawn_shop, spawn_shop_over,
        spawn_shop_with_settings,
    },
};

#[tokio::test]
async fn only_newer_versions_are_answered_at_once() {
    let shop = spawn_shop().await;
    let answer = shop
        .shopper()
        .live(&format!("{GUIDE}:0,small-hours:1"))
        .await;
    assert_eq!(answer.stock.len(), 1);
    assert_eq!(
        (answer.stock[0].book.as_str(), answer.stock[0].available),
        (GUIDE, 10)
    );
}

#[tokio::test]
async fn a_wait_ends_with_the_change_it_waits_for() {
    let shop = spawn_shop().await;
    let (waiting, buying) = (shop.shopper(), shop.shopper());
    let seen = format!("{GUIDE}:1,small-hours:1");
    let wait = tokio::spawn(async move { waiting.live(&seen).await });
    shop.until_watched_by(1, GUIDE).await;
    buying.add_to_cart(GUIDE).await;
    let answer = wait.await.unwrap();
    assert_eq!(answer.stock.len(), 1);
    assert_eq!((answer.stock[0].available, answer.stock[0].version), (9, 2));
}

#[tokio::test]
async fn a_long_wait_sends_its_headers_early() {
    let wait = Duration::from_secs(4);
    let shop = spawn_shop_with_settings(|settings| settings.wait_seconds = wait).await;
    let began = Instant::now();
    let epoch = shop.store.feed().epoch();
    let address = format!("/live?seen={GUIDE}:1&epoch={epoch}");
    let mut response = shop.shopper().get(&address).await;
    // Firefox passes the headers to a page only with the first byte of the body.
    assert_eq!(response.chunk().await.unwrap().unwrap(), " ");
    let headers_after = began.elapsed();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    assert_eq!(response.headers()["content-type"], "application/json");
    assert!(!response.headers().contains_key("content-encoding"));
    assert_eq!(response.text().await.unwrap(), "{}");
    assert!(headers_after < wait / 2, "{headers_after:?}");
    assert!(began.elapsed() >= wait, "{:?}", began.elapsed());
}

/// Control: a wait shorter than a second gets its headers only at the end.
#[tokio::test]
async fn without_early_headers_a_client_gets_nothing_until_the_end() {
    let wait = Duration::from_millis(900);
    let shop = spawn_shop_with_settings(|settings| settings.wait_seconds = wait).await;
    let began = Instant::now();
    let epoch = shop.store.feed().epoch();
    let address = format!("/live?seen={GUIDE}:1&epoch={epoch}");
    let response = shop.shopper().get(&address).await;
    assert!(began.elapsed() >= wait, "{:?}", began.elapsed());
    assert_eq!(response.text().await.unwrap(), " {}");
}

#[tokio::test]
async fn malformed_queries_are_a_400_with_a_message() {
    let shop = spawn_shop().await;
    let many = (0..101)
        .map(|i| format!("b{i}:0"))
        .collect::<Vec<_>>()
        .join(",");
    for question in [
        "",
        "?seen=",
        "?seen=x",
        "?seen=x:y",
        "?seen=X:1",
        "?seen=a:1,,b:2",
        "?seen=%ff:1",
        "?sean=a:1",
        &format!("?seen={many}"),
    ] {
        let refused = shop.shopper().get(&format!("/live{question}")).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{question}");
        assert_eq!(refused.headers()["cache-control"], "no-store");
        sentence(refused).await;
    }
}

#[tokio::test]
async fn an_unknown_book_is_a_404_that_names_it() {
    let shop = spawn_shop().await;
    let refused = shop
        .shopper()
        .get(&format!("/live?seen={GUIDE}:1,no-such-book:0"))
        .await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
    let body: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(body["unknown"], serde_json::json!(["no-such-book"]));
    assert!(body["error"].as_str().unwrap().contains("no-such-book"));
    assert_eq!(
        shop.store.feed().watchers(slug(GUIDE)),
        0,
        "no client waits"
    );
}

#[tokio::test]
async fn a_client_ahead_of_the_data_is_corrected_at_once() {
    let shop = spawn_shop().await;
    let answer = shop.shopper().live(&format!("{GUIDE}:999")).await;
    assert!(answer.rewound);
    assert_eq!(
        (answer.stock[0].available, answer.stock[0].version),
        (10, 1)
    );
}

/// Starts a wait on a plain socket, so that the test can disconnect midway.
async fn ask_and_wait(shop: &TestShop) -> TcpStream {
    let mut client = TcpStream::connect(shop.address).await.unwrap();
    let request = format!(
        "GET /live?seen={GUIDE}:1 HTTP/1.1\r\nHost: {}\r\n\r\n",
        shop.address
    );
    client.write_all(request.as_bytes()).await.unwrap();
    shop.until_watched_by(1, GUIDE).await;
    client
}

#[tokio::test]
async fn a_client_that_disconnects_while_waiting_is_removed_within_a_second() {
    let shop = spawn_shop().await;
    drop(ask_and_wait(&shop).await);
    let forgotten = timeout(Duration::from_secs(1), shop.until_watched_by(0, GUIDE));
    forgotten.await.expect("removed before it gets headers");

    let mut client = ask_and_wait(&shop).await;
    let mut headers = [0; 16];
    timeout(PATIENCE, client.read_exact(&mut headers))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&headers, b"HTTP/1.1 200 OK\r");
    drop(client);
    let forgotten = timeout(Duration::from_secs(1), shop.until_watched_by(0, GUIDE));
    forgotten.await.expect("removed after it got headers");
}

#[tokio::test]
async fn a_change_between_the_comparison_and_the_wait_is_not_missed() {
    let data = tempfile::tempdir().unwrap();
    let meddling = meddling_store(data.path()).await;
    let shop = spawn_shop_over(meddling, data).await;
    let answer = shop.shopper().live(&format!("{GUIDE}:1")).await;
    assert_eq!(answer.stock[0].version, 2);
}

/// Control: if the comparison comes before the subscription, the change is missed.
#[tokio::test]
async fn subscribing_after_the_comparison_misses_the_change() {
    let data = tempfile::tempdir().unwrap();
    let meddling = meddling_store(data.path()).await;
    let newest = meddling.newest(&[slug(GUIDE).into()]).await.unwrap();
    let mut watch = meddling.feed().watch(vec![slug(GUIDE)]);
    assert_eq!(
        newest[0].version(),
        1,
        "nothing is newer than what was seen"
    );
    assert!(
        timeout(Duration::ZERO, watch.changed()).await.is_err(),
        "no change wakes the watch"
    );
    assert_eq!(meddling.book(&slug(GUIDE)).await.unwrap().level.version, 2);
}

#[tokio::test]
async fn a_panic_is_a_500_and_the_next_request_is_answered() {
    let data = tempfile::tempdir().unwrap();
    let inner = open_store(data.path(), opening_catalogue()).await;
    let by = Panicking::default();
    let shop = spawn_shop_over(Arc::new(Altered { inner, by }), data).await;
    let shopper = shop.shopper();
    let answer = shopper.get(&format!("/live?seen={GUIDE}:0")).await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.headers()["referrer-policy"], "same-origin");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    sentence(answer).await;
    assert_eq!(shopper.live(&format!("{GUIDE}:0")).await.stock.len(), 1);
}

/// A store that panics at the first read.
#[derive(Default)]
struct Panicking {
    done: AtomicBool,
}

#[async_trait]
impl Alteration for Panicking {
    async fn newest(&self, store: &dyn Store, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        assert!(self.done.swap(true, SeqCst), "the first read panics");
        store.newest(topics).await
    }
}

#[tokio::test]
async fn waits_and_refusals_are_counted() {
    let shop = spawn_shop().await;
    let waits = ask_and_wait(&shop).await;
    assert!(shop.stream_from("https://evil.example").await.is_err());
    let mut metrics = String::new();
    let counted = async {
        while !metrics.contains("burts_waits_total 1") {
            metrics = shop.shopper().get("/metrics").await.text().await.unwrap();
        }
    };
    timeout(PATIENCE, counted).await.expect("a wait is counted");
    for line in [
        "burts_refused_total{reason=\"origin\"} 1",
        "burts_refused_total{reason=\"no_place\"} 0",
    ] {
        assert!(metrics.lines().any(|counted| counted == line), "{metrics}");
    }
    drop(waits);
}

/// A store in which another shopper takes a copy just after the levels were first read.
#[derive(Default)]
struct Meddling {
    done: AtomicBool,
}

#[async_trait]
impl Alteration for Meddling {
    async fn newest(&self, store: &dyn Store, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        let newest = store.newest(topics).await?;
        if !self.done.swap(true, SeqCst) {
            let command = Command::Add {
                shopper: ShopperId::from_bytes([7; 16]),
                book: slug(GUIDE),
                quantity: Quantity::ONE,
                key: None,
            };
            store.submit(command).await?;
        }
        Ok(newest)
    }
}

async fn meddling_store(data: &Path) -> Arc<dyn Store> {
    let inner = open_store(data, opening_catalogue()).await;
    let by = Meddling::default();
    Arc::new(Altered { inner, by })
}
