//! The connection check passes through nginx, and notices when nginx is configured otherwise.

use std::time::{Duration, Instant};

use futures::{SinkExt, StreamExt};
use reqwest::{Client, StatusCode};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use crate::cluster::{
    harness::from,
    instance::{Instance, Manner, header},
    live::Shop,
    nginx::{Alteration, Nginx},
};

/// In how many readings a stream came, and from the first to the last how long it took.
async fn stream(shop: &Shop) -> (usize, Duration) {
    let stream = Client::new().get(shop.nginx.url("/connection/stream"));
    let mut stream = stream.send().await.unwrap();
    assert_eq!(stream.status(), StatusCode::OK);
    let (mut came, mut lines) = (Vec::new(), 0);
    while let Some(piece) = stream.chunk().await.unwrap() {
        came.push(Instant::now());
        lines += piece.iter().filter(|byte| **byte == b'\n').count();
    }
    assert_eq!(lines, 10, "all of it");
    (came.len(), *came.last().unwrap() - came[0])
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
    for said in [Message::text("hello"), Message::binary(vec![0, 255])] {
        socket.send(said.clone()).await.unwrap();
        loop {
            match socket.next().await.unwrap().unwrap() {
                Message::Ping(_) => {}
                heard => break assert_eq!(heard, said),
            }
        }
    }
}

/// nginx gathers what comes, whatever the app says of it.
const GATHERS: Alteration = (
    "shop.conf",
    "proxy_buffering off;",
    "proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;",
);

/// nginx asks the shop as it did before HTTP/1.1: the answer ends with the connection.
const OF_OLD: Alteration = ("proxy.conf", "http_version 1.1;", "http_version 1.0;");

/// The guard is taken away: what has no length is then gathered until there is no more.
#[tokio::test]
async fn without_its_guard_a_stream_comes_in_one_lump() {
    let shop = Shop::open(&[], &[GATHERS, OF_OLD]).await;
    let (_, took) = stream(&shop).await;
    assert!(took < Duration::from_secs(1), "{took:?}");
}

/// The guard is taken away: nobody learns that the wait was accepted.
#[tokio::test]
async fn without_its_guard_a_wait_is_held_back_until_it_is_answered() {
    let shop = Shop::open(&[], &[GATHERS, OF_OLD]).await;
    let began = Instant::now();
    let wait = Client::new().get(shop.nginx.url("/connection/wait?ms=3000"));
    let mut wait = wait.send().await.unwrap();
    assert_eq!(wait.status(), StatusCode::OK);
    // The first byte of the body comes with the last.
    assert!(wait.chunk().await.unwrap().unwrap().len() > 1);
    let accepted = began.elapsed();
    assert!(accepted >= Duration::from_millis(2_900), "{accepted:?}");
}

/// The guard is taken away: nginx does not hand on what makes a socket of a request.
#[tokio::test]
async fn without_its_guard_no_socket_gets_through() {
    let forgets: Alteration = ("proxy.conf", "Upgrade $http_upgrade;", "Upgrade '';");
    let shop = Shop::open(&[], &[forgets]).await;
    let address = format!("ws://{}/connection", shop.nginx.address);
    assert!(connect_async(address).await.is_err());
}

#[tokio::test]
async fn the_page_shows_how_the_browser_speaks_to_nginx() {
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
async fn what_a_client_says_of_its_own_way_is_dropped() {
    let instance = Instance::that(Manner::Echo).await;
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
