//! Buzz over HTTP, with a search service on this machine.

use std::{net::IpAddr, time::Duration};

use burts_books::config::{BuzzUrl, Settings};
use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::{
    common::provider::Provider,
    shop::{
        helpers::{
            GUIDE, PATIENCE, TestShop, open_store, sentence, spawn_on, spawn_shop,
            spawn_shop_with_settings,
        },
        raw_socket,
    },
};

/// Starts a shop that asks this provider, with room for thousands of connections.
async fn shop_that_asks(provider: &Provider) -> TestShop {
    shop_that_waits(provider, PATIENCE).await
}

/// The same, with this time limit for the provider's answer.
async fn shop_that_waits(provider: &Provider, patience: Duration) -> TestShop {
    let base = provider.base().parse().unwrap();
    let data = tempfile::tempdir().unwrap();
    let store = open_store(data.path(), store::opening_catalogue()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let set = |settings: &mut Settings| {
        settings.buzz_url = BuzzUrl::At(base);
        settings.buzz_seconds = patience;
    };
    spawn_on(listener, store, data, 10_000, set).await
}

async fn quick_provider() -> Provider {
    Provider::that_takes(Duration::ZERO).await
}

/// Reads until this text has arrived, and returns everything that was read.
async fn until(stream: &mut TcpStream, words: &str) -> String {
    let mut read = Vec::new();
    let reading = async {
        loop {
            let come = String::from_utf8_lossy(&read).into_owned();
            if come.contains(words) {
                return come;
            }
            assert_ne!(stream.read_buf(&mut read).await.unwrap(), 0, "{come}");
        }
    };
    timeout(PATIENCE, reading).await.expect(words)
}

#[tokio::test]
async fn a_page_is_sent_at_once_and_its_figure_when_the_provider_has_answered() {
    let provider = quick_provider().await;
    let shop = shop_that_asks(&provider).await;
    provider.hang();
    let mut stream = TcpStream::connect(shop.address).await.unwrap();
    let request = "GET /buzz?q=red+pants HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\
                   Accept-Encoding: gzip\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let beginning = until(&mut stream, "Asking ").await;
    assert!(beginning.starts_with("HTTP/1.1 200"), "{beginning}");
    let head = beginning.to_lowercase();
    assert!(head.contains("x-accel-buffering: no"), "{head}");
    assert!(!head.contains("content-encoding"), "{head}");
    assert!(beginning.contains("<title>Buzz"), "{beginning}");
    assert!(!beginning.contains("buzz-figure"), "{beginning}");
    provider.answer_all();
    let rest = until(&mut stream, "</html>").await;
    assert!(
        rest.contains("buzz-figure") && rest.contains("&lt;i&gt;Talk"),
        "{rest}"
    );
    assert!(rest.contains("Older mentions were not counted"), "{rest}");
    assert_eq!(provider.asked(), ["\"red pants\""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_simultaneous_searches_are_one_request() {
    let provider = quick_provider().await;
    let shop = shop_that_asks(&provider).await;
    provider.hang();
    let shopper = &shop.shopper();
    let asking = (0..1_000).map(async |number| {
        let spelled = ["pants", "Pants", "+pants+", "PANTS"][number % 4];
        let page = shopper.get(&format!("/buzz?q={spelled}")).await;
        page.text().await.unwrap()
    });
    let all = join_all(asking);
    let release = async {
        let all_wait = "burts_buzz_questions_total{from=\"provider\"} 1000";
        let metrics = async || shop.shopper().get("/metrics").await.text().await.unwrap();
        while !metrics().await.contains(all_wait) {
            tokio::task::yield_now().await;
        }
        provider.answer_all();
    };
    let (pages, ()) = tokio::join!(all, release);
    assert!(pages.iter().all(|page| page.contains("buzz-figure")));
    assert_eq!(provider.asked().len(), 1);
}

/// A prop of the buzz line's island: the island asks for the figure.
const ASKS: &str = "&quot;asks&quot;:true";

#[tokio::test]
async fn a_books_page_waits_for_no_provider() {
    let provider = quick_provider().await;
    let shop = shop_that_asks(&provider).await;
    provider.hang();
    let shopper = shop.shopper();
    let asking = tokio::spawn(async move {
        let line = shopper.get(&format!("/api/buzz?book={GUIDE}")).await;
        line.json::<Value>().await.unwrap()
    });
    while provider.asked().is_empty() {
        tokio::task::yield_now().await;
    }
    let page = async || {
        let page = shop.shopper().get(&format!("/books/{GUIDE}")).await;
        page.text().await.unwrap()
    };
    let unknown = page().await;
    assert!(unknown.contains("How often is it being talked about?"));
    assert!(unknown.contains(ASKS));
    assert!(!asking.is_finished());
    provider.answer_all();
    let told = asking.await.unwrap();
    assert_eq!(told, json!({"words": "Mentioned 1.0 times a minute"}));
    let known = page().await;
    assert!(known.contains("Mentioned 1.0 times a minute"), "{known}");
    assert!(!known.contains(ASKS));
    assert_eq!(provider.asked().len(), 1);
}

#[tokio::test]
async fn an_invalid_search_is_refused_and_an_unknown_book_has_no_line() {
    let provider = quick_provider().await;
    let shop = shop_that_asks(&provider).await;
    let shopper = shop.shopper();
    let long = "x".repeat(10_000);
    for (asked, words) in [
        ("", "Enter a title"),
        ("%20%09", "Enter a title"),
        ("a%00b", "characters that can’t be looked up"),
        (&*long, "That is too long"),
    ] {
        let refused = shopper.get(&format!("/buzz?q={asked}")).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{asked}");
        assert!(refused.text().await.unwrap().contains(words), "{asked}");
    }
    let line = async |path: &str| {
        let answer = shopper.get(path).await;
        (answer.status(), answer.json::<Value>().await.unwrap())
    };
    let none = (StatusCode::OK, json!({"words": null}));
    assert_eq!(line("/api/buzz?book=no-such-book").await, none);
    for bad in ["/api/buzz", "/api/buzz?book=%20"] {
        assert_eq!(line(bad).await.0, StatusCode::BAD_REQUEST);
    }
    assert!(provider.asked().is_empty());

    let off = spawn_shop().await;
    let refused = off.shopper().get("/buzz?q=pants").await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
    let page = off.shopper().get(&format!("/books/{GUIDE}")).await;
    assert!(!page.text().await.unwrap().contains("/buzz"));
}

#[tokio::test]
async fn a_late_provider_is_reported_and_then_not_asked_for_a_while() {
    let provider = quick_provider().await;
    let shop = shop_that_waits(&provider, Duration::from_millis(100)).await;
    provider.hang();
    let page = async |path: &str| shop.shopper().get(path).await.text().await.unwrap();
    let late = page("/buzz?q=pants").await;
    assert!(late.contains("took too long to answer"), "{late}");
    for number in 0..10 {
        page(&format!("/buzz?q=another{number}")).await;
    }
    let asked = provider.asked().len();
    let resting = page("/buzz?q=yet+another").await;
    assert!(resting.contains("try again in half a minute"), "{resting}");
    assert_eq!(provider.asked().len(), asked);
}

/// `/buzz/` is not another spelling but another path, which does not exist.
#[tokio::test]
async fn other_spellings_of_the_path_do_not_bypass_the_rate_limit() {
    let provider = quick_provider().await;
    let shop = shop_that_asks(&provider).await;
    for written in ["/buzz/?q=pants", "/./buzz?q=pants", "/x/../buzz?q=pants"] {
        let (status, _) = raw_socket::answer(shop.address, written).await;
        assert_eq!(status, 404, "{written}");
    }
    assert!(provider.asked().is_empty());
    // The search text is decoded once.
    let page = shop.shopper().get("/buzz?q=100%2525").await.text().await;
    assert!(page.unwrap().contains("“100%25”"));
    assert_eq!(provider.asked(), ["100%25"]);
}

#[tokio::test]
async fn searches_from_one_address_are_limited() {
    let provider = quick_provider().await;
    let base = provider.base().parse().unwrap();
    let shop = spawn_shop_with_settings(|settings| {
        settings.buzz_url = BuzzUrl::At(base);
        settings.trusted_proxies = vec![IpAddr::from([127, 0, 0, 1]).into()];
    })
    .await;
    let ask = async |client: &str, path: &str| {
        let get = shop.shopper().client.get(shop.url(path));
        get.header("x-real-ip", client).send().await.unwrap()
    };
    for number in 0..30 {
        let answer = ask("203.0.113.7", &format!("/buzz?q=term{number}")).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    let refused = ask("203.0.113.7", "/buzz?q=another").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key("retry-after"));
    assert!(sentence(refused).await.contains("try again in a minute"));
    // Opening the form is not a search, and a book's page just has no line.
    assert_eq!(ask("203.0.113.7", "/buzz").await.status(), StatusCode::OK);
    let line = ask("203.0.113.7", &format!("/api/buzz?book={GUIDE}")).await;
    assert_eq!(line.json::<Value>().await.unwrap(), json!({"words": null}));
    assert_eq!(
        ask("203.0.113.8", "/buzz?q=another").await.status(),
        StatusCode::OK
    );
    assert_eq!(provider.asked().len(), 31);
    let metrics = shop.shopper().get("/metrics").await.text().await.unwrap();
    assert!(metrics.contains("burts_buzz_asked_total 31"), "{metrics}");
}
