//! Error pages: what a person sees, and where it links to.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, atomic::Ordering::SeqCst},
};

use reqwest::{Method, Response, StatusCode, header};

use crate::shop::{
    counting_store::{CountingStore, ReadCounter},
    helpers::{TestShop, open_store, sentence, spawn_shop, spawn_shop_for, spawn_shop_over},
};

/// The `Accept` header of a browser that follows a link.
const PAGES: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

async fn ask(shop: &TestShop, method: Method, path: &str, accept: &str) -> Response {
    let client = reqwest::Client::new();
    let request = client.request(method, shop.url(path));
    let request = request.header(header::ACCEPT, accept);
    request.send().await.unwrap()
}

async fn assert_error_page(answer: Response, heading: &str, again: bool) {
    assert_eq!(
        answer.headers()[header::CONTENT_TYPE],
        "text/html; charset=utf-8"
    );
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    let html = answer.text().await.unwrap();
    assert!(html.contains(&format!("<h1>{heading}</h1>")), "{html}");
    assert!(
        html.contains("Burt’s Books") && html.contains("--paper"),
        "{html}"
    );
    assert!(html.contains("href=\"/\">Browse books"), "{html}");
    assert_eq!(html.contains(">Try again</a>"), again, "{html}");
}

#[tokio::test]
async fn people_get_pages_and_programs_get_json() {
    let shop = spawn_shop().await;
    for (method, path, status, heading) in [
        (Method::GET, "/api/nothing", 404, "Page not found"),
        (Method::GET, "/orders/x/collect.ics", 404, "Page not found"),
        (Method::PUT, "/cart", 405, "That didn’t work"),
    ] {
        let page = ask(&shop, method.clone(), path, PAGES).await;
        assert_eq!(page.status().as_u16(), status, "{path}");
        assert_error_page(page, heading, false).await;
        let answer = ask(&shop, method, path, "*/*").await;
        assert_eq!(answer.status().as_u16(), status, "{path}");
        sentence(answer).await;
    }
}

#[tokio::test]
async fn a_panic_gets_an_error_page_and_the_shop_continues() {
    let data = tempfile::tempdir().unwrap();
    let inner = open_store(data.path(), store::opening_catalogue()).await;
    let readings = Arc::new(ReadCounter::default());
    let by = Arc::clone(&readings);
    let shop = spawn_shop_over(Arc::new(CountingStore { inner, by }), data).await;
    readings.1.store(true, SeqCst);
    for path in [
        "/",
        "/books/small-hours",
        "/orders/1111-1111-1111/collect.ics",
    ] {
        let page = ask(&shop, Method::GET, path, PAGES).await;
        assert_eq!(page.status(), StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        assert_error_page(page, "Something went wrong", true).await;
    }
    let answer = ask(&shop, Method::GET, "/api/shelf", "application/json").await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(sentence(answer).await.contains("try again"));
    readings.1.store(false, SeqCst);
    let page = ask(&shop, Method::GET, "/", PAGES).await;
    assert_eq!(page.status(), StatusCode::OK);
}

/// What is logged on this thread, on which the whole test runs.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An order's address gives access to the order, so the log does not contain it.
#[tokio::test]
async fn a_server_error_leaves_a_line_in_the_log_without_the_address() {
    let data = tempfile::tempdir().unwrap();
    let inner = open_store(data.path(), store::opening_catalogue()).await;
    let readings = Arc::new(ReadCounter::default());
    let by = Arc::clone(&readings);
    let shop = spawn_shop_over(Arc::new(CountingStore { inner, by }), data).await;
    let logged = Logged::default();
    let writer = logged.clone();
    let log = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone());
    let _log = tracing::subscriber::set_default(log.finish());
    readings.1.store(true, SeqCst);
    let path = "/orders/1111-2222-3333/collect.ics";
    let answer = ask(&shop, Method::GET, path, "*/*").await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let lines = String::from_utf8(logged.0.lock().unwrap().clone()).unwrap();
    let line = "a request was answered with a server error status=500 method=GET path=\"/orders\"";
    assert!(lines.contains(line), "{lines}");
    assert!(!lines.contains("2222"), "{lines}");
}

#[tokio::test]
async fn a_full_shop_shows_people_a_page() {
    let shop = spawn_shop_for(1).await;
    let _inside = tokio::net::TcpStream::connect(shop.address).await.unwrap();
    let full = async {
        loop {
            let answer = ask(&shop, Method::GET, "/", PAGES).await;
            if answer.status() == StatusCode::SERVICE_UNAVAILABLE {
                return answer;
            }
        }
    };
    let page = tokio::time::timeout(crate::shop::helpers::PATIENCE, full).await;
    let page = page.unwrap();
    assert!(page.headers().contains_key(header::RETRY_AFTER));
    let html = page.text().await.unwrap();
    assert!(
        html.contains("<h1>One moment, please</h1>") && html.contains("Try again"),
        "{html}"
    );
}

#[tokio::test]
async fn the_offline_page_depends_on_nothing_else() {
    let shop = spawn_shop().await;
    let page = shop.shopper().get("/offline").await;
    assert_eq!(page.headers()[header::CACHE_CONTROL], "no-cache");
    assert!(!page.headers().contains_key(header::SET_COOKIE));
    assert!(!page.headers().contains_key(header::VARY));
    let html = page.text().await.unwrap();
    assert!(
        html.contains("No connection") && html.contains("lang=\"zh-Hans\""),
        "{html}"
    );
    let script = shop.shopper().get("/offline.js").await;
    assert_eq!(
        script.headers()[header::CONTENT_TYPE],
        "text/javascript; charset=utf-8"
    );
    assert_eq!(script.headers()[header::CACHE_CONTROL], "no-cache");
    let script = script.text().await.unwrap();
    assert!(script.len() < 1_000, "{} bytes", script.len());
}
