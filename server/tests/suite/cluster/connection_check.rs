//! The connection check passes through nginx, and notices when nginx is configured differently.

use std::time::{Duration, Instant};

use futures::{SinkExt, StreamExt};
use reqwest::{Client, StatusCode};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use crate::cluster::{
    fake_instance::{Behaviour, Instance, header},
    harness::from,
    live::Shop,
    nginx::{Alteration, Nginx},
};

/// The number of pieces in which a stream arrived, and the time from the first to the last.
async fn stream(shop: &Shop) -> (usize, Duration) {
    let stream = Client::new().get(shop.nginx.url("/connection/stream"));
    let mut stream = stream.send().await.unwrap();
    assert_eq!(stream.status(), StatusCode::OK);
    let (mut arrivals, mut lines) = (Vec::new(), 0);
    while let Some(piece) = stream.chunk().await.unwrap() {
        arrivals.push(Instant::now());
        lines += piece.iter().filter(|byte| **byte == b'\n').count();
    }
    assert_eq!(lines, 10, "the whole stream arrives");
    (arrivals.len(), *arrivals.last().unwrap() - arrivals[0])
}

#[tokio::test]
async fn a_stream_a_wait_and_a_socket_get_through_nginx() {
    let shop = Shop::open(&[], &[]).await;
    let (pieces, took) = stream(&shop).await;
    assert!(
        pieces >= 5 && took >= Duration::from_secs(1),
        "{pieces} in {took:?}"
    );

    let began = Instant::now();
    let wait = Client::new().get(shop.nginx.url("/connection/wait?ms=3000"));
    let wait = wait.send().await.unwrap();
    let accepted = began.elapsed();
    assert!(accepted < Duration::from_millis(2_900), "{accepted:?}");
    wait.text().await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(3));

    let address = format!("ws://{}/connection", shop.nginx.address);
    let (mut socket, _) = connect_async(address).await.unwrap();
    for sent in [Message::text("hello"), Message::binary(vec![0, 255])] {
        socket.send(sent.clone()).await.unwrap();
        loop {
            match socket.next().await.unwrap().unwrap() {
                Message::Ping(_) => {}
                received => break assert_eq!(received, sent),
            }
        }
    }
}

/// nginx buffers the answer, whatever the app's header says.
const BUFFERS: Alteration = (
    "shop.conf",
    "proxy_buffering off;",
    "proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;",
);

/// nginx uses HTTP/1.0 to the shop, so an answer ends when its connection does.
const HTTP_1_0: Alteration = ("proxy.conf", "http_version 1.1;", "http_version 1.0;");

/// Control: an answer without a length is buffered to its end.
#[tokio::test]
async fn with_buffering_a_stream_arrives_in_one_piece() {
    let shop = Shop::open(&[], &[BUFFERS, HTTP_1_0]).await;
    let (_, took) = stream(&shop).await;
    assert!(took < Duration::from_secs(1), "{took:?}");
}

/// Control: until the wait ends, the client does not learn that it was accepted.
#[tokio::test]
async fn with_buffering_a_wait_is_held_back_until_it_is_answered() {
    let shop = Shop::open(&[], &[BUFFERS, HTTP_1_0]).await;
    let began = Instant::now();
    let wait = Client::new().get(shop.nginx.url("/connection/wait?ms=3000"));
    let mut wait = wait.send().await.unwrap();
    assert_eq!(wait.status(), StatusCode::OK);
    // The first byte of the body arrives with the last.
    assert!(wait.chunk().await.unwrap().unwrap().len() > 1);
    let accepted = began.elapsed();
    assert!(accepted >= Duration::from_millis(2_900), "{accepted:?}");
}

/// Control: nginx does not pass on the upgrade.
#[tokio::test]
async fn without_the_upgrade_header_no_socket_gets_through() {
    let no_upgrade: Alteration = ("proxy.conf", "Upgrade $http_upgrade;", "Upgrade '';");
    let shop = Shop::open(&[], &[no_upgrade]).await;
    let address = format!("ws://{}/connection", shop.nginx.address);
    assert!(connect_async(address).await.is_err());
}

#[tokio::test]
async fn the_page_shows_the_browsers_protocol() {
    let shop = Shop::open(&[], &[]).await;
    let page = from("127.0.0.5").get(shop.nginx.url("/connection"));
    let page = page.send().await.unwrap().text().await.unwrap();
    for part in [
        "<dd>127.0.0.5</dd>",
        "<dd>Through the shop’s own proxy</dd>",
        "<dd>HTTP/1.1</dd>",
        "<dd>None</dd>",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[tokio::test]
async fn protocol_headers_of_a_client_are_removed() {
    let instance = Instance::start(Behaviour::Echo).await;
    let nginx = Nginx::in_front_of(&[instance.address]).await;
    for path in ["/connection", "/connection/stream", "/connection/wait?ms=0"] {
        let forged = Client::new()
            .get(nginx.url(path))
            .header("x-client-protocol", "HTTP/9")
            .header("x-client-tls", "TLSv9");
        let heard = forged.send().await.unwrap().text().await.unwrap();
        assert_eq!(
            header(&heard, "x-client-protocol"),
            Some("HTTP/1.1"),
            "{path}"
        );
        assert_eq!(header(&heard, "x-client-tls"), None, "{path}");
    }
}
