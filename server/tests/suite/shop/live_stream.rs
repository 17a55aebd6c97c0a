//! `GET /live` with `Upgrade: websocket`: the stream.

use reqwest::StatusCode;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use crate::shop::helpers::{GUIDE, spawn_shop, spawn_shop_with};

#[tokio::test]
async fn a_stream_sends_newer_versions_at_once_and_then_each_change() {
    let shop = spawn_shop().await;
    let mut stream = shop.stream(&format!("{GUIDE}:0,small-hours:1")).await;
    let first = stream.next().await;
    assert_eq!(first.stock.len(), 1);
    assert_eq!(
        (first.stock[0].book.as_str(), first.stock[0].version),
        (GUIDE, 1)
    );
    let shopper = shop.shopper();
    for (book, version) in [(GUIDE, 2), ("small-hours", 2)] {
        shopper.add_to_cart(book).await;
        let change = stream.next().await;
        assert_eq!(change.stock.len(), 1);
        assert_eq!(
            (change.stock[0].book.as_str(), change.stock[0].version),
            (book, version)
        );
    }
}

#[tokio::test]
async fn a_new_seen_message_replaces_the_followed_topics() {
    let shop = spawn_shop().await;
    let mut stream = shop.stream(&format!("{GUIDE}:1")).await;
    stream.send_text(r#"{"seen":"small-hours:0"}"#).await;
    assert_eq!(stream.next().await.stock[0].book.as_str(), "small-hours");
    let shopper = shop.shopper();
    shopper.add_to_cart(GUIDE).await;
    shopper.add_to_cart("small-hours").await;
    assert_eq!(stream.next().await.stock[0].book.as_str(), "small-hours");
    assert_eq!(
        shop.store
            .feed()
            .watchers(crate::shop::helpers::slug(GUIDE)),
        0
    );
}

#[tokio::test]
async fn a_ping_is_echoed() {
    let shop = spawn_shop().await;
    let mut stream = shop.stream(&format!("{GUIDE}:1")).await;
    for value in [
        serde_json::json!(17),
        serde_json::json!("x"),
        serde_json::json!({"at": [1]}),
    ] {
        stream
            .send_text(&serde_json::json!({"ping": value}).to_string())
            .await;
        let pong = stream.next().await.pong.unwrap();
        assert_eq!(serde_json::to_value(pong).unwrap(), value);
    }
}

#[tokio::test]
async fn a_burst_is_conflated_and_ends_with_the_last_value() {
    let shop = spawn_shop_with(1_000).await;
    let mut stream = shop.stream("drop:1").await;
    let (shoppers, began) = (100, std::time::Instant::now());
    for _ in 0..shoppers {
        shop.shopper().add_to_cart("drop").await;
    }
    let (mut messages, mut last) = (0_u128, 1);
    while last < 1 + shoppers {
        let level = stream.next().await.stock.remove(0);
        assert!(level.version > last, "never backward");
        assert_eq!(u64::from(level.available), 1_000 - (level.version - 1));
        last = level.version;
        messages += 1;
    }
    // Twenty a second, and the first at once.
    let most = began.elapsed().as_millis() / 50 + 2;
    assert!(messages <= most, "{messages} messages, at most {most}");
}

#[tokio::test]
async fn an_invalid_request_is_answered_and_the_stream_continues() {
    let shop = spawn_shop().await;
    let mut stream = shop.stream(&format!("{GUIDE}:1")).await;
    for wrong in [
        "{\"seen\":\"\"}",
        "{\"seen\":\"X:1\"}",
        "{\"seen\":\"a:b\"}",
    ] {
        stream.send_text(wrong).await;
        assert!(stream.next().await.error.is_some(), "{wrong}");
    }
    stream.send_text(r#"{"seen":"no-such-book:0"}"#).await;
    assert_eq!(stream.next().await.unknown, ["no-such-book"]);
    shop.shopper().add_to_cart(GUIDE).await;
    assert_eq!(stream.next().await.stock[0].version, 2);
}

#[tokio::test]
async fn a_message_that_is_too_large_or_binary_ends_only_its_stream() {
    let shop = spawn_shop().await;
    let mut other = shop.stream(&format!("{GUIDE}:1")).await;
    let huge = Message::text("x".repeat(1_000_000));
    for frame in [huge, Message::Binary(Bytes::from_static(b"\x00"))] {
        use futures::{SinkExt, StreamExt};
        let mut stream = shop.stream(&format!("{GUIDE}:1")).await;
        let _ = stream.0.send(frame).await;
        while let Some(Ok(_)) = stream.0.next().await {}
    }
    shop.until_watched_by(1, GUIDE).await;
    shop.shopper().add_to_cart(GUIDE).await;
    assert_eq!(other.next().await.stock[0].version, 2);
}

#[tokio::test]
async fn a_page_of_another_site_gets_no_stream() {
    let shop = spawn_shop().await;
    let own = shop.url("");
    assert_eq!(shop.stream_from(&own).await, Ok(()));
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        assert_eq!(
            shop.stream_from(origin).await,
            Err(StatusCode::FORBIDDEN),
            "{origin}"
        );
    }
}

#[tokio::test]
async fn a_dropped_stream_is_removed() {
    let shop = spawn_shop().await;
    let stream = shop.stream(&format!("{GUIDE}:1")).await;
    shop.until_watched_by(1, GUIDE).await;
    drop(stream);
    shop.until_watched_by(0, GUIDE).await;
}
