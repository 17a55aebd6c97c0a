//! `GET /live` with `Upgrade: websocket`: the stream.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, atomic::Ordering::SeqCst},
};

use reqwest::StatusCode;
use shop::OrderCode;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Bytes, Message, client::IntoClientRequest};

use crate::shop::{
    counting_store::{CountingStore, ReadCounter},
    helpers::{
        GUIDE, PATIENCE, Stream, TestShop, open_store, spawn_shop, spawn_shop_over,
        spawn_shop_with, spawn_shop_with_settings,
    },
};

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

/// Opens a stream through a proxy that names this client.
async fn stream_behind_proxy(shop: &TestShop, from: &str) -> Stream {
    let epoch = shop.store.feed().epoch();
    let url = format!(
        "ws://{}/live?seen=small-hours:1&epoch={epoch}",
        shop.address
    );
    let mut request = url.into_client_request().unwrap();
    let from = from.parse().unwrap();
    request.headers_mut().insert("x-real-ip", from);
    let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    Stream(socket)
}

/// Asks for an order that does not exist, and is told so.
async fn ask_for_unknown_order(stream: &mut Stream, code: OrderCode) {
    let ask = format!(r#"{{"seen":"@order.{code}:0"}}"#);
    stream.send_text(&ask).await;
    let missed = stream.next().await;
    assert_eq!(missed.unknown, [format!("@order.{code}")]);
}

/// Codes are as hard to guess on an open socket as by requests.
#[tokio::test]
async fn order_codes_cannot_be_guessed_on_an_open_stream() {
    let shop = spawn_shop_with_settings(|settings| {
        settings.trusted_proxies = vec![IpAddr::V4(Ipv4Addr::LOCALHOST).into()];
    })
    .await;
    let mut guesser = stream_behind_proxy(&shop, "203.0.113.7").await;
    for guess in 0..10 {
        ask_for_unknown_order(&mut guesser, OrderCode::from_bits(guess)).await;
    }
    let ask = format!(r#"{{"seen":"@order.{}:0"}}"#, OrderCode::from_bits(10));
    guesser.send_text(&ask).await;
    let refused = guesser.next().await;
    assert!(refused.unknown.is_empty(), "nothing is told about the code");
    assert!(refused.error.unwrap().contains("Too many unknown"));
    assert!(refused.retry_ms.unwrap() > 1_000);
    let Message::Close(Some(close)) = guesser.next_frame().await else {
        panic!("the stream is closed");
    };
    assert_eq!(u16::from(close.code), 1013);

    // Requests count towards the same limit.
    let by_request = reqwest::Client::new()
        .get(shop.url("/api/order?code=4KX9-QD2M-7HTB"))
        .header("x-real-ip", "203.0.113.7");
    let by_request = by_request.send().await.unwrap();
    assert_eq!(by_request.status(), StatusCode::TOO_MANY_REQUESTS);

    let mut neighbour = stream_behind_proxy(&shop, "203.0.113.8").await;
    neighbour.send_text(&ask).await;
    assert_eq!(neighbour.next().await.unknown.len(), 1, "others may ask");
}

/// Control: an order that exists is not a miss, however often it is asked for.
#[tokio::test]
async fn orders_that_exist_can_be_followed_any_number_of_times() {
    let shop = spawn_shop_with_settings(|settings| {
        settings.trusted_proxies = vec![IpAddr::V4(Ipv4Addr::LOCALHOST).into()];
    })
    .await;
    let shopper = shop.shopper();
    shopper.add_to_cart(GUIDE).await;
    let form = [("name", "Ann"), ("reach", "ann@example.org")];
    let placed = shopper.post("/api/place_order", &form).await;
    let placed: serde_json::Value = placed.json().await.unwrap();
    let code = placed["code"].as_str().unwrap();
    let mut stream = stream_behind_proxy(&shop, "203.0.113.7").await;
    for _ in 0..30 {
        stream
            .send_text(&format!(r#"{{"seen":"@order.{code}:0"}}"#))
            .await;
        assert_eq!(stream.next().await.orders[0].version, 1);
    }
}

/// Control: this machine is exempt from the limit.
#[tokio::test]
async fn without_the_limit_codes_can_be_guessed_on_an_open_stream() {
    let shop = spawn_shop().await;
    let mut guesser = shop.stream(&format!("{GUIDE}:1")).await;
    for guess in 0..30 {
        ask_for_unknown_order(&mut guesser, OrderCode::from_bits(guess)).await;
    }
}

/// Otherwise the client would wait for ever for topics that are no longer looked up.
#[tokio::test]
async fn a_client_whose_lookup_panics_is_asked_to_reconnect() {
    let data = tempfile::tempdir().unwrap();
    let inner = open_store(data.path(), store::opening_catalogue()).await;
    let by = Arc::new(ReadCounter::default());
    let store = Arc::new(CountingStore {
        inner,
        by: Arc::clone(&by),
    });
    let shop = spawn_shop_over(store, data).await;
    let mut stream = shop.stream(&format!("{GUIDE}:1")).await;
    stream.send_text(r#"{"ping":1}"#).await;
    assert!(stream.next().await.pong.is_some());
    by.1.store(true, SeqCst);
    stream.send_text(r#"{"seen":"small-hours:0"}"#).await;
    // `next` has no timeout of its own while heartbeats arrive.
    let told = timeout(PATIENCE, stream.next()).await;
    let told = told.expect("the client is told to reconnect");
    assert!(told.error.is_some() && told.retry_ms.is_some(), "{told:?}");
    let Message::Close(Some(close)) = stream.next_frame().await else {
        panic!("the stream is closed");
    };
    assert_eq!(u16::from(close.code), 1013);
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
        assert!(level.version > last, "versions never go backward");
        assert_eq!(u64::from(level.available), 1_000 - (level.version - 1));
        last = level.version;
        messages += 1;
    }
    // At most twenty messages a second, and the first at once.
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
