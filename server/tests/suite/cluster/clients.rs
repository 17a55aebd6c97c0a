//! The client's address, and clients that send slowly or too much.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use crate::cluster::{
    fake_instance::{Behaviour, Instance, header},
    harness::{PATIENCE, from},
    nginx::Nginx,
};

#[tokio::test]
async fn an_instance_gets_the_address_that_nginx_sees() {
    let instance = Instance::start(Behaviour::Echo).await;
    let nginx = Nginx::in_front_of(&[instance.address]).await;
    for path in [
        "/",
        "/books/x",
        "/live",
        "/pkg/missing.js",
        "/api/add_to_cart",
    ] {
        let forged = from("127.0.0.5")
            .get(nginx.url(path))
            .header("x-real-ip", "203.0.113.7")
            .header("x-forwarded-for", "203.0.113.7")
            .header("x-forwarded-host", "evil.example")
            .header("x-forwarded-proto", "https")
            .header("forwarded", "for=203.0.113.7");
        let heard = forged.send().await.unwrap().text().await.unwrap();
        assert_eq!(header(&heard, "x-real-ip"), Some("127.0.0.5"), "{path}");
        for name in ["for", "host", "proto"] {
            let name = format!("x-forwarded-{name}");
            assert_eq!(header(&heard, &name), None, "{path}");
        }
        assert_eq!(header(&heard, "forwarded"), None, "{path}");
        let host = nginx.address.to_string();
        assert_eq!(
            header(&heard, "host"),
            Some(&*host),
            "the host has its port: {path}"
        );
    }
}

/// The oldest clients and some monitors send no `Host` header.
#[tokio::test]
async fn an_http_1_0_request_without_a_host_reaches_an_instance() {
    let instance = Instance::start(Behaviour::Echo).await;
    let servers = "server {
        listen ADDRESS:8080;
        server_name books.example;
        root ROOT;
        include shop.conf;
    }";
    let nginx = Nginx::with_servers(&[instance.address], &[], servers).await;
    let mut stream = nginx.connect().await;
    let request = b"GET /healthz HTTP/1.0\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (_, heard) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(header(heard, "host"), Some("books.example"), "{heard}");
}

/// Control: without the header line, a client can name any address.
#[tokio::test]
async fn without_the_header_line_a_client_chooses_its_address() {
    let instance = Instance::start(Behaviour::Echo).await;
    let guard = "proxy_set_header X-Real-IP $client_address;";
    let nginx = Nginx::altered(&[instance.address], &[("proxy.conf", guard, "")]).await;
    let forged = from("127.0.0.5")
        .get(nginx.url("/"))
        .header("x-real-ip", "203.0.113.7");
    let heard = forged.send().await.unwrap().text().await.unwrap();
    assert_eq!(header(&heard, "x-real-ip"), Some("203.0.113.7"));
}

/// The app does not limit its own machine, unless nginx names it as a client.
#[tokio::test]
async fn this_machine_is_not_passed_on_as_a_client() {
    let instance = Instance::start(Behaviour::Echo).await;
    let nginx = Nginx::in_front_of(&[instance.address]).await;
    let forged = Client::new()
        .get(nginx.url("/"))
        .header("x-real-ip", "203.0.113.7");
    let heard = forged.send().await.unwrap().text().await.unwrap();
    assert_eq!(header(&heard, "x-real-ip"), None);
}

#[tokio::test]
async fn slow_clients_are_disconnected_before_they_reach_an_instance() {
    let instance = Instance::start(Behaviour::Echo).await;
    let nginx = Nginx::in_front_of(&[instance.address]).await;
    let slow_header = "GET / HTTP/1.1\r\nhost: x\r\nx-";
    let slow_body = "POST /api/add_to_cart HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nbook=";
    let cut_after = |sent: &'static str| {
        let nginx = &nginx;
        async move {
            let mut stream = nginx.connect().await;
            stream.write_all(sent.as_bytes()).await.unwrap();
            let began = Instant::now();
            let mut answer = Vec::new();
            // nginx may answer first, but it must disconnect the client.
            let end = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
            assert!(end.is_ok(), "the client is disconnected: {sent}");
            let answer = String::from_utf8(answer).unwrap();
            assert!(answer.is_empty() || answer.contains(" 408 "), "{answer}");
            began.elapsed()
        }
    };
    let (header, body) = tokio::join!(cut_after(slow_header), cut_after(slow_body));
    for took in [header, body] {
        assert!(
            took > Duration::from_secs(5),
            "a slow client gets more than 5 s: {took:?}"
        );
    }
    assert_eq!(instance.received(), [""; 0]);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_by_nginx() {
    let instance = Instance::start(Behaviour::Echo).await;
    let nginx = Nginx::in_front_of(&[instance.address]).await;
    let post = |length: usize| {
        let body = "x".repeat(length);
        Client::new().post(nginx.url("/api/add_to_cart")).body(body)
    };
    let answer = post(65 * 1024).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(instance.received(), [""; 0]);
    assert_eq!(post(1024).send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn metrics_and_readiness_are_not_public() {
    let instance = Instance::start(Behaviour::Echo).await;
    let nginx = Nginx::in_front_of(&[instance.address]).await;
    for path in ["/metrics", "/readyz"] {
        let answer = Client::new().get(nginx.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(instance.received(), [""; 0]);
}
