//! How often copies can be taken from one network address.

use std::net::{IpAddr, Ipv4Addr};

use reqwest::{Client, Response, StatusCode, header, redirect::Policy};

use crate::shop::helpers::{GUIDE, TestShop, sentence, spawn_shop_with_settings};

/// Behind a proxy on this machine, with three new holds a minute for each client.
async fn spawn_shop_behind_proxy() -> TestShop {
    spawn_shop_with_settings(|settings| {
        settings.trusted_proxies = vec![IpAddr::V4(Ipv4Addr::LOCALHOST).into()];
        settings.holds_per_minute = 3.try_into().unwrap();
        settings.limit_per_shopper = 1_000;
    })
    .await
}

/// Takes a copy through the proxy, without a cookie.
async fn take(shop: &TestShop, from: &str, accept: &str) -> Response {
    Client::builder()
        .redirect(Policy::none())
        .build()
        .unwrap()
        .post(shop.url("/api/add_to_cart"))
        .header("x-real-ip", from)
        .header(header::ACCEPT, accept)
        .header(header::REFERER, shop.url("/books/small-hours"))
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
    assert_eq!(
        form.headers()[header::LOCATION],
        "/books/small-hours?notice=too_often"
    );

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
        assert_eq!(set(copies).await, StatusCode::OK, "fewer");
    }
    assert_eq!(set("2").await, StatusCode::OK, "the second that takes more");
    assert_eq!(set("3").await, StatusCode::OK, "the third");
    assert_eq!(set("4").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(set("1").await, StatusCode::OK, "and fewer as ever");
    let other = [("book", GUIDE), ("key", "key-of-another")];
    let status = send("/api/add_to_cart", &other).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(send("/api/add_to_cart", &click).await, StatusCode::OK);
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
