//! How a request becomes a WebSocket, or why it does not.

use reqwest::Client;
use tokio::{io::AsyncWriteExt, time::timeout};

use crate::shop::{
    activity::Owner,
    helpers::{GUIDE, PATIENCE, TestShop, spawn_shop},
    raw_socket::{CLOSE, TEXT, UPGRADE, ask, ask_for, frame, read_all},
};

/// The sockets that need no session.
const SOCKETS: [&str; 2] = [
    "/live?seen=definitive-guide-to-the-internet:1",
    "/connection",
];

/// The status of a handshake with one header replaced, and the head of the answer.
async fn handshake(shop: &TestShop, name: &str, instead: &[&str]) -> (u16, String) {
    handshake_at(SOCKETS[0], shop, name, instead).await
}

async fn handshake_at(path: &str, shop: &TestShop, name: &str, instead: &[&str]) -> (u16, String) {
    let mut headers = UPGRADE.to_vec();
    headers.retain(|header| !header.starts_with(name));
    headers.extend(instead);
    let (_, head) = ask_for(path, shop.address, &headers).await;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_lowercase())
}

#[tokio::test]
async fn a_handshake_is_answered_as_the_rfc_says() {
    let shop = spawn_shop().await;
    let (status, head) = handshake(&shop, "none", &[]).await;
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
    let (status, _) = handshake(&shop, "Connection", &["connection: keep-alive, UPGRADE"]).await;
    assert_eq!(status, 101);
    let (status, _) = handshake(&shop, "Upgrade", &["UPGRADE: WebSocket"]).await;
    assert_eq!(status, 101);
}

#[tokio::test]
async fn an_invalid_handshake_gets_a_426_a_400_or_a_403() {
    let shop = spawn_shop().await;
    for wrong in [&["Sec-WebSocket-Version: 8"] as &[&str], &[]] {
        let (status, head) = handshake(&shop, "Sec-WebSocket-Version", wrong).await;
        assert_eq!(status, 426, "{wrong:?}");
        assert!(head.contains("sec-websocket-version: 13"), "{head}");
    }
    for missing in ["Sec-WebSocket-Key", "Connection"] {
        assert_eq!(handshake(&shop, missing, &[]).await.0, 400, "{missing}");
    }
    let foreign = ["Origin: https://evil.example"];
    assert_eq!(handshake(&shop, "none", &foreign).await.0, 403);
    let own = format!("Origin: {}", shop.url(""));
    assert_eq!(handshake(&shop, "none", &[&own]).await.0, 101);
    shop.until_watched_by(0, GUIDE).await;
}

#[tokio::test]
async fn every_socket_has_the_same_strict_handshake() {
    const KEY: &str = UPGRADE[3];
    let shop = spawn_shop().await;
    // One owner for each socket, because a session may have only eight open.
    let (ann, ben) = (Owner::of(&shop, "ann").await, Owner::of(&shop, "ben").await);
    let upload = format!("/desk/imports/{}/upload", new_import(&shop, &ben).await);
    for (path, cookie, without_upgrade) in [
        (SOCKETS[0], "", 200),
        (SOCKETS[1], "", 200),
        ("/desk/activity/stream", &*ann.cookie, 426),
        (&*upload, &*ben.cookie, 426),
    ] {
        let cookie = format!("Cookie: {cookie}");
        for (name, instead, expected) in [
            ("Sec-WebSocket-Key", &["Sec-WebSocket-Key:"] as &[&str], 400),
            ("Sec-WebSocket-Key", &["Sec-WebSocket-Key: eA=="], 400),
            ("Sec-WebSocket-Key", &["Sec-WebSocket-Key: nonsense"], 400),
            ("Sec-WebSocket-Key", &[KEY, KEY], 400),
            ("Connection", &["Connection: keep-alive, xUpgrade"], 400),
            ("Connection", &["Connection: keep-alive"], 400),
            ("Connection", &["Connection: keep-alive, Upgrade"], 101),
            (
                "Connection",
                &["Connection: keep-alive", "Connection: Upgrade"],
                101,
            ),
            ("Upgrade", &["Upgrade: h2c, websocket"], 101),
            ("Upgrade", &["Upgrade: h2c", "Upgrade: WebSocket"], 101),
            ("Upgrade", &["Upgrade: xwebsocket"], without_upgrade),
            ("Upgrade", &["Upgrade: h2c"], without_upgrade),
        ] {
            // Without an upgrade, `/live` would wait, so ask for what is newer.
            let path = match expected {
                200 => &path.replace(":1", ":0"),
                _ => path,
            };
            let instead = [instead, &[&*cookie]].concat();
            let (status, head) = handshake_at(path, &shop, name, &instead).await;
            assert_eq!(status, expected, "{path}, {instead:?}: {head}");
        }
        for versions in [
            &[] as &[&str],
            &["Sec-WebSocket-Version: 8"],
            &[UPGRADE[2]; 2],
        ] {
            let instead = [versions, &[&*cookie]].concat();
            let (status, head) = handshake_at(path, &shop, "Sec-WebSocket-Version", &instead).await;
            assert_eq!(status, 426, "{path}, {versions:?}");
            for header in [
                "sec-websocket-version: 13",
                "upgrade: websocket",
                "connection: upgrade",
            ] {
                assert!(head.contains(header), "{header} in {head}");
            }
        }
    }
}

/// Announces a file. Returns the id of its import.
async fn new_import(shop: &TestShop, owner: &Owner) -> String {
    let request = Client::new().post(shop.url("/desk/imports"));
    let request = request.header("cookie", &owner.cookie);
    let form = [("name", "list.csv"), ("size", "100"), ("kind", "books")];
    let begun = request.form(&form).send().await.unwrap();
    let begun: serde_json::Value = begun.json().await.unwrap();
    begun["id"].as_str().unwrap().to_owned()
}

/// HEAD never waits: it gets what GET would answer at once, without the body.
#[tokio::test]
async fn head_is_answered_at_once() {
    let shop = spawn_shop().await;
    let head = async |path: &str| {
        let request = shop.shopper().client.head(shop.url(path)).send();
        let answer = timeout(PATIENCE, request).await.expect("at once").unwrap();
        (answer.status().as_u16(), answer)
    };
    for seen in [0, 1] {
        let (status, answer) = head(&format!("/live?seen={GUIDE}:{seen}")).await;
        assert_eq!(status, 200);
        assert_eq!(answer.headers()["content-type"], "application/json");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(answer.bytes().await.unwrap(), "");
    }
    assert_eq!(head("/live?seen=no-such-book:0").await.0, 404);
    assert_eq!(head("/live?seen=nonsense").await.0, 400);
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
