//! How many connections may be open, in total and from one address.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use reqwest::{Response, StatusCode, header};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::shop::{
    helpers::{
        GUIDE, PATIENCE, TestShop, sentence, spawn_shop, spawn_shop_for, spawn_shop_with_settings,
    },
    raw_socket::{UPGRADE, ask},
};

/// Less than the time limit for sending a refusal.
const AT_ONCE: Duration = Duration::from_secs(4);

async fn assert_turned_away(refused: Response) {
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    let wait = refused.headers()[header::RETRY_AFTER].to_str().unwrap();
    assert!((1..=30).contains(&wait.parse::<u32>().unwrap()), "{wait}");
    let sentence = sentence(refused).await;
    assert!(sentence.ends_with('.'), "{sentence}");
}

/// Repeats a request until there is room.
async fn until_there_is_a_place(ask: impl AsyncFn() -> u16) {
    let place = async { while ask().await == 503 {} };
    timeout(PATIENCE, place).await.expect("places are freed");
}

#[tokio::test]
async fn connections_above_the_limit_are_refused_until_one_closes() {
    let shop = spawn_shop_for(3).await;
    let socket = shop.stream(&format!("{GUIDE}:1")).await;
    let mut idle = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(shop.address).await.unwrap();
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .unwrap();
        let mut answer = [0; 15];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
        idle.push(stream);
    }
    for path in ["/", "/healthz", &format!("/live?seen={GUIDE}:0")] {
        assert_turned_away(shop.shopper().get(path).await).await;
    }
    let (_, head) = ask(shop.address, &UPGRADE, b"").await;
    assert!(head.starts_with("HTTP/1.1 503 "), "{head}");

    // A socket counts like a plain connection.
    let healthz = async || shop.shopper().get("/healthz").await.status().as_u16();
    drop(socket);
    until_there_is_a_place(healthz).await;
    idle.clear();
    let streams = [
        shop.stream(&format!("{GUIDE}:1")).await,
        shop.stream("small-hours:1").await,
    ];
    drop(streams);
}

/// Starts a shop behind a proxy on this machine, with two connections for each client.
async fn spawn_shop_behind_proxy() -> TestShop {
    spawn_shop_with_settings(|settings| {
        settings.trusted_proxies = vec![IpAddr::V4(Ipv4Addr::LOCALHOST).into()];
        settings.connections_per_address = 2.try_into().unwrap();
    })
    .await
}

/// Opens a socket through the proxy for this client. Returns the socket and the status.
async fn socket(shop: &TestShop, client: &str) -> (TcpStream, u16) {
    let named = format!("X-Real-IP: {client}");
    let headers = [UPGRADE.as_slice(), &[&named]].concat();
    let (stream, head) = ask(shop.address, &headers, b"").await;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (stream, status)
}

async fn live(shop: &TestShop, client: &str) -> Response {
    let get = shop
        .shopper()
        .client
        .get(shop.url(&format!("/live?seen={GUIDE}:0")));
    get.header("x-real-ip", client).send().await.unwrap()
}

/// Starts a wait through the proxy for this client.
async fn wait(shop: &TestShop, client: &str) -> TcpStream {
    let mut stream = TcpStream::connect(shop.address).await.unwrap();
    let request =
        format!("GET /live?seen=small-hours:1 HTTP/1.1\r\nHost: x\r\nX-Real-IP: {client}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn the_sockets_and_waits_of_one_address_are_limited() {
    let shop = spawn_shop_behind_proxy().await;
    let (first, status) = socket(&shop, "203.0.113.7").await;
    assert_eq!(status, 101);
    let second = wait(&shop, "203.0.113.7").await;
    shop.until_watched_by(1, "small-hours").await;

    assert_eq!(socket(&shop, "203.0.113.7").await.1, 503);
    assert_turned_away(live(&shop, "203.0.113.7").await).await;
    assert_eq!(live(&shop, "203.0.113.8").await.status(), StatusCode::OK);
    assert_eq!(socket(&shop, "203.0.113.8").await.1, 101);

    let again = async || live(&shop, "203.0.113.7").await.status().as_u16();
    drop(first);
    until_there_is_a_place(again).await;
    // The new socket takes the free place, so the next request is refused until the wait ends.
    let (third, status) = socket(&shop, "203.0.113.7").await;
    assert_eq!(status, 101);
    assert_turned_away(live(&shop, "203.0.113.7").await).await;
    drop(second);
    until_there_is_a_place(again).await;
    drop(third);
}

#[tokio::test]
async fn an_ipv6_64_is_one_address() {
    let shop = spawn_shop_behind_proxy().await;
    let mut open = Vec::new();
    for (client, expected) in [
        ("2001:db8:1:2::1", 101),
        ("2001:db8:1:2:ffff::2", 101),
        ("2001:db8:1:2::3", 503),
        ("2001:db8:1:3::1", 101),
    ] {
        let (stream, status) = socket(&shop, client).await;
        assert_eq!(status, expected, "{client}");
        open.push(stream);
    }
}

/// The paused clock jumps when all tasks are idle.
#[tokio::test]
async fn a_request_that_never_ends_is_dropped() {
    let shop = spawn_shop().await;
    let mut slow = TcpStream::connect(shop.address).await.unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        .await
        .unwrap();
    assert_eq!(
        shop.shopper().get("/healthz").await.status(),
        StatusCode::OK
    );
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    let mut answer = Vec::new();
    let _ = slow.read_to_end(&mut answer).await;
    let after = began.elapsed();
    assert!(after >= Duration::from_secs(9), "{after:?}");
    assert!(after <= Duration::from_secs(15), "{after:?}");
}

#[tokio::test]
async fn silent_connections_to_a_full_shop_do_not_block_others() {
    let shop = spawn_shop_for(3).await;
    let mut inside = Vec::new();
    for _ in 0..3 {
        inside.push(ask(shop.address, &UPGRADE, b"").await.0);
    }
    let mut crowd = Vec::new();
    for _ in 0..500 {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 2], 0).into()).unwrap();
        crowd.push(socket.connect(shop.address).await.unwrap());
    }
    let answered = timeout(AT_ONCE, shop.shopper().get("/healthz")).await;
    assert_turned_away(answered.expect("it is refused at once")).await;
    inside.clear();
    let healthz = async || shop.shopper().get("/healthz").await.status().as_u16();
    let place = timeout(AT_ONCE, until_there_is_a_place(healthz)).await;
    place.expect("a place is freed at once");
}
