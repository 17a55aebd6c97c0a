//! How often copies can be taken from one network.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use burts_books::config::Settings;
use reqwest::{Client, Response, StatusCode, header, redirect::Policy};
use shop::{Command, Done, Terms};
use store::{Options, Store, StoreError, opening_catalogue, sqlite::SqliteStore};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};

use crate::shop::{
    altered::{Alteration, Altered},
    helpers::{
        GUIDE, PATIENCE, Shopper, TestShop, open_store, sentence, slug, spawn_on,
        spawn_shop_with_settings,
    },
};

/// Starts a shop behind a proxy on this machine, with three new holds a minute for each client.
async fn spawn_shop_behind_proxy() -> TestShop {
    spawn_shop_with_settings(behind_proxy).await
}

fn behind_proxy(settings: &mut Settings) {
    settings.trusted_proxies = vec![IpAddr::V4(Ipv4Addr::LOCALHOST).into()];
    settings.holds_per_minute = 3.try_into().unwrap();
    settings.limit_per_shopper = 1_000;
}

/// Takes a copy through the proxy, as a program without a cookie.
async fn take(shop: &TestShop, from: &str, accept: &str) -> Response {
    Client::builder()
        .redirect(Policy::none())
        .build()
        .unwrap()
        .post(shop.url("/api/add_to_cart"))
        .header("x-real-ip", from)
        .header(header::ACCEPT, accept)
        .form(&[("book", GUIDE)])
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn new_cookies_do_not_bypass_the_hold_limit() {
    let shop = spawn_shop_behind_proxy().await;
    for _ in 0..3 {
        let taken = take(&shop, "203.0.113.7", "*/*").await;
        assert_eq!(taken.status(), StatusCode::OK);
    }
    let version = shop.version(GUIDE).await;
    let refused = take(&shop, "203.0.113.7", "*/*").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = refused.headers()[header::RETRY_AFTER]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=21).contains(&wait), "{wait} s");
    assert!(sentence(refused).await.contains("try again in a minute"));
    assert_eq!(shop.version(GUIDE).await, version, "nothing has changed");

    let form = take(&shop, "203.0.113.7", "text/html").await;
    assert_eq!(form.status(), StatusCode::SEE_OTHER);
    assert_eq!(form.headers()[header::LOCATION], "/?notice=too_often");

    let neighbour = take(&shop, "203.0.113.8", "*/*").await;
    assert_eq!(
        neighbour.status(),
        StatusCode::OK,
        "other clients are not limited"
    );
}

#[tokio::test]
async fn giving_back_and_reading_are_never_limited() {
    let shop = spawn_shop_behind_proxy().await;
    let shopper = shop.shopper();
    let ask = async |path: &str| {
        let post = shopper.client.post(shop.url(path));
        let post = post.header("x-real-ip", "203.0.113.7");
        post.form(&[("book", GUIDE)]).send().await.unwrap().status()
    };
    for _ in 0..3 {
        assert_eq!(ask("/api/add_to_cart").await, StatusCode::OK);
    }
    assert_eq!(ask("/api/add_to_cart").await, StatusCode::TOO_MANY_REQUESTS);
    for path in [
        "/api/extend_hold",
        "/api/remove_from_cart",
        "/api/remove_from_cart",
    ] {
        assert_eq!(ask(path).await, StatusCode::OK, "{path}");
    }
    let cart = shopper.client.get(shop.url("/api/cart"));
    let cart = cart
        .header("x-real-ip", "203.0.113.7")
        .send()
        .await
        .unwrap();
    assert_eq!(cart.status(), StatusCode::OK);
}

#[tokio::test]
async fn requests_that_take_no_copies_are_never_limited() {
    let shop = spawn_shop_behind_proxy().await;
    let shopper = shop.shopper();
    let send = async |path: &str, form: &[(&str, &str)]| {
        let post = shopper.client.post(shop.url(path));
        let post = post.header("x-real-ip", "203.0.113.7");
        post.form(form).send().await.unwrap().status()
    };
    let click = [
        ("book", GUIDE),
        ("quantity", "4"),
        ("key", "key-of-one-click"),
    ];
    for sending in 0..10 {
        let status = send("/api/add_to_cart", &click).await;
        assert_eq!(status, StatusCode::OK, "sending {sending} of one click");
    }
    let set = async |copies| {
        send(
            "/api/set_quantity",
            &[("book", GUIDE), ("quantity", copies)],
        )
        .await
    };
    for copies in ["3", "3", "2", "1"] {
        assert_eq!(set(copies).await, StatusCode::OK, "fewer are free");
    }
    assert_eq!(set("2").await, StatusCode::OK, "the second of three holds");
    assert_eq!(set("3").await, StatusCode::OK, "the third");
    assert_eq!(set("4").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(set("1").await, StatusCode::OK, "fewer are free even then");
    let other = [("book", GUIDE), ("key", "key-of-another")];
    let status = send("/api/add_to_cart", &other).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(send("/api/add_to_cart", &click).await, StatusCode::OK);
}

/// Repeats a submission that the shop refuses each time. Returns how many attempts, at most 100,
/// were decided before the limit was reached.
async fn refused_attempts(shop: &TestShop, shopper: &Shopper, path: &str, book: &str) -> usize {
    let form = [
        ("book", book),
        ("name", "Ann"),
        ("reach", "ann@example.org"),
        ("key", "key-of-one-click"),
    ];
    for decided in 0..100 {
        let post = shopper.client.post(shop.url(path)).form(&form);
        let post = post.header("x-real-ip", "203.0.113.7");
        match post.send().await.unwrap().status() {
            StatusCode::CONFLICT => {}
            status => {
                assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{path}");
                return decided;
            }
        }
    }
    100
}

/// A store that commits at once, and answers when the test allows it.
struct AnswersLate {
    committed: Semaphore,
    may_answer: Semaphore,
}

#[async_trait]
impl Alteration for Arc<AnswersLate> {
    async fn submit(&self, store: &dyn Store, command: Command) -> Result<Done, StoreError> {
        let done = store.submit(command).await;
        self.committed.add_permits(1);
        self.may_answer.acquire().await.unwrap().forget();
        done
    }
}

/// A browser that has lost its network asks again until it gets an answer.
#[tokio::test]
async fn repeating_a_submission_is_free_even_if_its_client_hung_up() {
    let data = tempfile::tempdir().unwrap();
    let inner = open_store(data.path(), opening_catalogue()).await;
    let by = Arc::new(AnswersLate {
        committed: Semaphore::new(0),
        may_answer: Semaphore::new(0),
    });
    let store = Arc::new(Altered {
        inner,
        by: Arc::clone(&by),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let set = |settings: &mut Settings| {
        behind_proxy(settings);
        settings.holds_per_minute = 1.try_into().unwrap();
    };
    let shop = spawn_on(listener, store, data, 1_024, set).await;
    let page = Client::new().get(shop.url("/")).send().await.unwrap();
    let cookie = page.headers()[header::SET_COOKIE].to_str().unwrap();
    let (cookie, _) = cookie.split_once(';').unwrap();

    let form = format!("book={GUIDE}&key=key-of-one-click");
    let request = format!(
        "POST /api/add_to_cart HTTP/1.1\r\nHost: x\r\nX-Real-IP: 203.0.113.7\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let mut stream = TcpStream::connect(shop.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    by.committed.acquire().await.unwrap().forget();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, b"", "the shop has noticed that the client hung up");

    by.may_answer.add_permits(1_000);
    let again = async || {
        let post = Client::new().post(shop.url("/api/add_to_cart"));
        let post = post.header("x-real-ip", "203.0.113.7");
        let post = post.header(header::COOKIE, cookie);
        let post = post.form(&[("book", GUIDE), ("key", "key-of-one-click")]);
        post.send().await.unwrap().status()
    };
    let answered = async { while again().await != StatusCode::OK {} };
    timeout(PATIENCE, answered).await.expect("a retry is free");
    assert_eq!(shop.version(GUIDE).await, 2, "the click has one effect");
}

/// A refused submission is decided anew each time, so a key does not make attempts free.
#[tokio::test]
async fn each_refused_attempt_counts_even_with_one_key() {
    let shop = spawn_shop_behind_proxy().await;
    for holder in [shop.shopper(), shop.shopper()] {
        let five = [("book", GUIDE), ("quantity", "5")];
        let held = holder.post("/api/add_to_cart", &five).await;
        assert_eq!(held.status(), StatusCode::OK);
    }
    let late = shop.shopper();
    let attempts = refused_attempts(&shop, &late, "/api/add_to_cart", GUIDE).await;
    assert_eq!(attempts, 3, "attempts at a book that is sold out");
}

#[tokio::test]
async fn each_refused_attempt_to_wait_counts_even_with_one_key() {
    let shop = spawn_shop_behind_proxy().await;
    let shopper = shop.shopper();
    shopper.add_to_cart(GUIDE).await;
    let attempts = refused_attempts(&shop, &shopper, "/api/wait_for_copy", GUIDE).await;
    assert_eq!(attempts, 3, "waits for a book that is in the cart");
}

/// An order takes the copies of lapsed lines again, so it is an attempt to take copies.
#[tokio::test]
async fn orders_of_lapsed_lines_are_limited_and_other_orders_are_not() {
    let data = tempfile::tempdir().unwrap();
    let options = Options {
        terms: Terms {
            hold: Duration::from_millis(50),
            ..Terms::default()
        },
        ..Options::default()
    };
    let store = SqliteStore::open(data.path(), opening_catalogue(), options);
    let store = Arc::new(store.await.unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let shop = spawn_on(listener, store, data, 1_024, behind_proxy).await;

    let empty = shop.shopper();
    empty.get("/").await;
    let attempts = refused_attempts(&shop, &empty, "/api/place_order", GUIDE).await;
    assert_eq!(attempts, 100, "an empty cart takes no copies");

    let shopper = shop.shopper();
    shopper.add_to_cart(GUIDE).await;
    let gone = Command::Restock {
        book: slug(GUIDE),
        change: (-10).try_into().unwrap(),
        reason: "lost".parse().unwrap(),
        submission: None,
    };
    // The restock is refused until the hold has ended.
    let lapsed = async { while shop.store.submit(gone.clone()).await.is_err() {} };
    timeout(PATIENCE, lapsed).await.unwrap();
    let attempts = refused_attempts(&shop, &shopper, "/api/place_order", GUIDE).await;
    assert_eq!(attempts, 3, "orders of a line that has lapsed");
}

/// Control: if the proxy is not trusted, its header is ignored, and this machine is exempt.
#[tokio::test]
async fn without_a_trusted_proxy_the_address_header_is_ignored() {
    let shop = spawn_shop_with_settings(|settings| {
        settings.holds_per_minute = 3.try_into().unwrap();
    })
    .await;
    for _ in 0..5 {
        let taken = take(&shop, "203.0.113.7", "*/*").await;
        assert_eq!(taken.status(), StatusCode::OK);
    }
}
