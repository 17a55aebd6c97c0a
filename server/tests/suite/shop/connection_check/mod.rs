//! The connection check: its page, socket, stream and wait, and their limits.

mod rate_limits;
mod socket;
mod stream_and_wait;

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use futures::{SinkExt, StreamExt};
use reqwest::{Client, Response, StatusCode, header};
use serde_json::Value;
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        self, Message,
        client::IntoClientRequest,
        protocol::frame::{
            Frame,
            coding::{CloseCode, Data, OpCode},
        },
    },
};

use crate::shop::{
    helpers::{PATIENCE, TestShop, sentence, spawn_shop, spawn_shop_with_settings},
    websocket_frames::LARGEST,
};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The limits of one client: its requests per minute, and its simultaneous checks.
const A_MINUTE: usize = 120;
const AT_ONCE: usize = 8;

/// Opens a socket, or returns the status of the refusal.
async fn socket(
    shop: &TestShop,
    path: &str,
    headers: &[(&'static str, &str)],
) -> Result<Socket, u16> {
    let url = format!("ws://{}{path}", shop.address);
    let mut request = url.into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::Error::Http(refusal)) => Err(refusal.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

/// The next message other than a ping.
async fn next(socket: &mut Socket) -> Message {
    loop {
        let said = timeout(PATIENCE, socket.next()).await;
        match said.expect("a message arrives").unwrap().unwrap() {
            Message::Ping(_) | Message::Pong(_) => {}
            other => return other,
        }
    }
}

/// The code with which the server closes the socket.
async fn end(socket: &mut Socket) -> CloseCode {
    match next(socket).await {
        Message::Close(Some(frame)) => frame.code,
        other => panic!("a close was expected, not {other:?}"),
    }
}

fn part(payload: &[u8], kind: Data, last: bool) -> Message {
    let frame = Frame::message(payload.to_vec(), OpCode::Data(kind), last);
    Message::Frame(frame)
}

/// Starts a shop behind a proxy on this machine.
async fn spawn_shop_behind_proxy() -> TestShop {
    spawn_shop_with_settings(|settings| {
        settings.trusted_proxies = vec![IpAddr::V4(Ipv4Addr::LOCALHOST).into()];
    })
    .await
}

async fn get(shop: &TestShop, path: &str, headers: &[(&'static str, &str)]) -> Response {
    let mut get = Client::new().get(shop.url(path));
    for (name, value) in headers {
        get = get.header(*name, *value);
    }
    get.send().await.unwrap()
}

async fn counted(shop: &TestShop, name: &str) -> u64 {
    let metrics = get(shop, "/metrics", &[]).await.text().await.unwrap();
    let line = metrics.lines().find_map(|line| line.strip_prefix(name));
    line.expect(name).trim().parse().unwrap()
}

#[tokio::test]
async fn the_page_says_what_the_server_sees_and_what_needs_script() {
    let shop = spawn_shop_behind_proxy().await;
    let headers = [
        ("x-real-ip", "203.0.113.7"),
        ("x-client-protocol", "HTTP/2.0"),
        ("x-client-tls", "TLSv1.3"),
        ("via", "1.1 <b>squid</b>"),
    ];
    let page = get(&shop, "/connection", &headers).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()[header::CACHE_CONTROL], "private, no-cache");
    let page = page.text().await.unwrap();
    for part in [
        "<h1>Connection check</h1>",
        "<dd>203.0.113.7</dd>",
        "<dd>Through the shop’s own proxy</dd>",
        "<dd>HTTP/2.0</dd>",
        "<dd>TLSv1.3</dd>",
        "<dd>1.1 &lt;b&gt;squid&lt;/b&gt;</dd>",
        "Without JavaScript, this page can only show",
        "data-component=\"connection_check\"",
        "&quot;longest_wait_ms&quot;:25000",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let stranger = get(&shop, "/", &[]).await.text().await.unwrap();
    assert!(
        stranger.contains("href=\"/connection\""),
        "every page has the link"
    );
}
