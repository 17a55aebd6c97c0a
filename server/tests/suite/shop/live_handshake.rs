//! How a request becomes a WebSocket, or why it does not.

use tokio::io::AsyncWriteExt;

use crate::shop::{
    helpers::{GUIDE, TestShop, spawn_shop},
    raw_socket::{CLOSE, TEXT, UPGRADE, ask, frame, read_all},
};

/// The status of a handshake with one header replaced, and the head of the answer.
async fn with(shop: &TestShop, name: &str, instead: &[&str]) -> (u16, String) {
    let mut headers = UPGRADE.to_vec();
    headers.retain(|header| !header.starts_with(name));
    headers.extend(instead);
    let (_, head) = ask(shop.address, &headers, b"").await;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_lowercase())
}

#[tokio::test]
async fn a_handshake_is_answered_as_the_rfc_says() {
    let shop = spawn_shop().await;
    let (status, head) = with(&shop, "none", &[]).await;
    assert_eq!(status, 101);
    for header in [
        "connection: upgrade",
        "upgrade: websocket",
        "sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=",
        "cache-control: no-store",
    ] {
        assert!(head.contains(header), "{header} in {head}");
    }
    assert!(
        !head.contains("sec-websocket-extensions"),
        "no extension is negotiated"
    );
}

#[tokio::test]
async fn header_values_are_matched_in_any_case_and_in_lists() {
    let shop = spawn_shop().await;
    let (status, _) = with(&shop, "Connection", &["connection: keep-alive, UPGRADE"]).await;
    assert_eq!(status, 101);
    let (status, _) = with(&shop, "Upgrade", &["UPGRADE: WebSocket"]).await;
    assert_eq!(status, 101);
}

#[tokio::test]
async fn a_wrong_handshake_gets_a_fitting_status() {
    let shop = spawn_shop().await;
    for wrong in [&["Sec-WebSocket-Version: 8"] as &[&str], &[]] {
        let (status, head) = with(&shop, "Sec-WebSocket-Version", wrong).await;
        assert_eq!(status, 426, "{wrong:?}");
        assert!(head.contains("sec-websocket-version: 13"), "{head}");
    }
    for missing in ["Sec-WebSocket-Key", "Connection"] {
        assert_eq!(with(&shop, missing, &[]).await.0, 400, "{missing}");
    }
    let foreign = ["Origin: https://evil.example"];
    assert_eq!(with(&shop, "none", &foreign).await.0, 403);
    let own = format!("Origin: {}", shop.url(""));
    assert_eq!(with(&shop, "none", &[&own]).await.0, 101);
    shop.until_watched_by(0, GUIDE).await;
}

#[tokio::test]
async fn frames_sent_right_after_the_request_are_read() {
    let shop = spawn_shop().await;
    let ping = frame(TEXT, r#"{"ping":1}"#);
    for cut in 0..=ping.len() {
        let (behind, later) = ping.split_at(cut);
        let (mut stream, head) = ask(shop.address, &UPGRADE, behind).await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        stream.write_all(later).await.unwrap();
        stream.write_all(&frame(CLOSE, "")).await.unwrap();
        assert_eq!(read_all(&mut stream).await, [r#"text {"pong":1}"#, "close"]);
    }
}
