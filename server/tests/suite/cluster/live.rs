//! The real shop behind nginx: waits, sockets, origins.

use std::time::{Duration, Instant};

use futures::{SinkExt, StreamExt};
use reqwest::{Client, StatusCode};
use tempfile::TempDir;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::{
    cluster::{
        fake_instance::{Behaviour, Instance},
        harness::from,
        nginx::{Alteration, Nginx},
    },
    common::Running,
};

const GUIDE: &str = "definitive-guide-to-the-internet";

/// One instance, and nginx in front of it.
pub struct Shop {
    pub nginx: Nginx,
    _instance: Running,
    _data: TempDir,
}

impl Shop {
    pub async fn open(settings: &[&str], alterations: &[Alteration]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let settings = [&["--trusted-proxies", "127.0.0.1"], settings].concat();
        let instance = Running::start(&data.path().join("shop"), &settings);
        let address = instance.address.parse().unwrap();
        Self {
            nginx: Nginx::altered(&[address], alterations).await,
            _instance: instance,
            _data: data,
        }
    }

    async fn take_from(&self, origin: &str) -> StatusCode {
        let browser = Client::builder().cookie_store(true).build().unwrap();
        browser.get(self.nginx.url("/")).send().await.unwrap();
        let post = browser
            .post(self.nginx.url("/api/add_to_cart"))
            .header("origin", origin)
            .form(&[("book", GUIDE)]);
        post.send().await.unwrap().status()
    }
}

/// Even the longest wait that can be configured is answered before nginx gives up.
#[tokio::test]
async fn the_longest_wait_does_not_end_in_a_timeout() {
    let shop = Shop::open(&["--wait-seconds", "30"], &[]).await;
    let began = Instant::now();
    let wait = shop.nginx.url(&format!("/live?seen={GUIDE}:1"));
    let answer = Client::new().get(wait).send().await.unwrap();
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "the headers arrive when the wait is accepted"
    );
    assert_eq!(answer.status(), StatusCode::OK);
    let said: serde_json::Value = answer.json().await.unwrap();
    assert!(said.get("stock").is_none(), "{said}");
    assert!(began.elapsed() >= Duration::from_secs(29));
}

/// Control: nginx has a shorter timeout than the app.
#[tokio::test]
async fn with_a_shorter_nginx_timeout_a_wait_ends_in_a_timeout() {
    let instance = Instance::start(Behaviour::Late(Duration::from_secs(3))).await;
    let impatient = (
        "shop.conf",
        "proxy_read_timeout 75s;",
        "proxy_read_timeout 1s;",
    );
    for (alterations, status) in [(&[][..], 200), (&[impatient][..], 503)] {
        let nginx = Nginx::altered(&[instance.address], alterations).await;
        let wait = Client::new().get(nginx.url("/live?seen=x:1"));
        assert_eq!(wait.send().await.unwrap().status(), status);
    }
}

/// Streams have a longer timeout than pages.
#[tokio::test]
async fn every_stream_has_the_long_timeout() {
    let instance = Instance::start(Behaviour::Late(Duration::from_secs(3))).await;
    let impatient = (
        "shop.conf",
        "proxy_read_timeout 30s;",
        "proxy_read_timeout 1s;",
    );
    let nginx = Nginx::altered(&[instance.address], &[impatient]).await;
    let import = format!(
        "/desk/imports/{}/upload",
        shop::ImportId::from_bits(0xa7 << 60)
    );
    let streams = [
        "/live?seen=x:1",
        "/connection/stream",
        "/desk/activity/stream?after=0",
    ];
    for path in streams.into_iter().chain([import.as_str()]) {
        let answer = Client::new().get(nginx.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
    let page = Client::new().get(nginx.url("/desk/imports"));
    assert_eq!(page.send().await.unwrap().status(), 503);
}

#[tokio::test]
async fn a_change_arrives_by_socket() {
    let shop = Shop::open(&[], &[]).await;
    let address = format!("ws://{}/live?seen={GUIDE}:0", shop.nginx.address);
    let mut request = address.into_client_request().unwrap();
    let own = format!("http://{}", shop.nginx.address);
    request.headers_mut().insert("origin", own.parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let mut next = async || loop {
        match socket.next().await.unwrap().unwrap() {
            // The shop may also send heartbeats, and notices that the data may be out of date.
            Message::Text(text) if text.contains("available") => return text.to_string(),
            _ => socket.flush().await.unwrap(),
        }
    };
    assert!(next().await.contains(r#""available":10"#));
    assert_eq!(shop.take_from(&own).await, StatusCode::OK);
    assert!(next().await.contains(r#""available":9"#));
}

#[tokio::test]
async fn only_our_own_origin_is_accepted() {
    let shop = Shop::open(&[], &[]).await;
    let own = format!("http://{}", shop.nginx.address);
    assert_eq!(shop.take_from(&own).await, StatusCode::OK);
    for foreign in ["http://evil.example", "http://127.0.0.1:8080", "null"] {
        assert_eq!(
            shop.take_from(foreign).await,
            StatusCode::FORBIDDEN,
            "{foreign}"
        );
        let address = format!("ws://{}/live?seen={GUIDE}:0", shop.nginx.address);
        let mut request = address.into_client_request().unwrap();
        let origin = foreign.parse().unwrap();
        request.headers_mut().insert("origin", origin);
        let refused = connect_async(request).await.unwrap_err().to_string();
        assert!(refused.contains("403"), "{refused}");
    }
}

/// Control: without the port, no origin matches.
#[tokio::test]
async fn without_the_port_our_own_pages_are_refused() {
    let guard = ("proxy.conf", "Host $named_host;", "Host $host;");
    let shop = Shop::open(&[], &[guard]).await;
    let own = format!("http://{}", shop.nginx.address);
    assert_eq!(shop.take_from(&own).await, StatusCode::FORBIDDEN);
}

/// The app's own limit applies to each client, not to nginx.
#[tokio::test]
async fn each_client_behind_nginx_has_its_own_limit() {
    let shop = Shop::open(&["--holds-per-minute", "2"], &[]).await;
    let take = async |client: &Client, forged: &str| {
        let post = client.post(shop.nginx.url("/api/add_to_cart"));
        let post = post.header("x-real-ip", forged).form(&[("book", GUIDE)]);
        post.send().await.unwrap().status()
    };
    let (one, other) = (from("127.0.0.5"), from("127.0.0.6"));
    assert_eq!(take(&one, "203.0.113.1").await, StatusCode::OK);
    assert_eq!(take(&one, "203.0.113.2").await, StatusCode::OK);
    let refused = take(&one, "203.0.113.3").await;
    assert_eq!(refused, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(take(&other, "127.0.0.5").await, StatusCode::OK);
}
