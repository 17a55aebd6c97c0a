//! `POST /api/add_to_cart` and `/api/remove_from_cart`.

use reqwest::{StatusCode, header, redirect::Policy};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::shop::helpers::{
    GUIDE, TestShop, sentence, slug, spawn_shop, spawn_shop_with, spawn_shop_with_settings,
};

async fn available(shop: &TestShop) -> u32 {
    shop.store.book(&slug(GUIDE)).await.unwrap().level.available
}

#[tokio::test]
async fn a_copy_is_added_to_the_cart_and_removed() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();

    let added = shopper.add_to_cart(GUIDE).await;
    assert_eq!(added.status(), StatusCode::OK);
    let added: Value = added.json().await.unwrap();
    assert_eq!(
        (&added["quantity"], &added["price"]),
        (&json!(1), &json!(2_000))
    );
    assert!(added["expires_at"].is_u64() && added["next_key"].is_string());
    assert_eq!(
        added["level"],
        json!({"book": GUIDE, "available": 9, "in_carts": true, "price": 2_000, "page": 1, "version": 2})
    );

    let removed: Value = shopper.remove_from_cart(GUIDE).await.json().await.unwrap();
    assert_eq!(removed["quantity"], json!(0));
    assert_eq!(
        removed["level"],
        json!({"book": GUIDE, "available": 10, "in_carts": false, "price": 2_000, "page": 1, "version": 3})
    );
}

#[tokio::test]
async fn a_shopper_can_add_several_copies_up_to_the_limit() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    let add = async |quantity| {
        let form = [("book", GUIDE), ("quantity", quantity)];
        shopper.post("/api/add_to_cart", &form).await
    };
    assert_eq!(add("3").await.status(), StatusCode::OK);
    let refused = add("3").await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert!(sentence(refused).await.contains("up to 5 copies"));
    let set = shopper
        .post("/api/set_quantity", &[("book", GUIDE), ("quantity", "5")])
        .await;
    assert_eq!(set.status(), StatusCode::OK);
    assert_eq!(available(&shop).await, 5);
    for bad in ["0", "-1", "1.5", "99999999999", "many"] {
        let refused = add(bad).await;
        assert_eq!(refused.status().as_u16(), 422, "{bad}");
        sentence(refused).await;
    }
    assert_eq!(
        shopper.remove_from_cart("small-hours").await.status(),
        StatusCode::OK
    );
    assert_eq!(
        shop.version("small-hours").await,
        1,
        "removing a book that is not in the cart changes nothing"
    );
}

#[tokio::test]
async fn a_repeated_submission_has_one_effect() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    let add = async |book, key| {
        let form = [("book", book), ("key", key)];
        shopper.post("/api/add_to_cart", &form).await
    };
    for _ in 0..3 {
        assert_eq!(
            add(GUIDE, "one-double-click").await.status(),
            StatusCode::OK
        );
    }
    assert_eq!((shop.version(GUIDE).await, available(&shop).await), (2, 9));
    let refused = add("small-hours", "one-double-click").await;
    assert_eq!(refused.status().as_u16(), 422);
    assert!(sentence(refused).await.contains("sent before"));
    assert_eq!(add(GUIDE, "short").await.status().as_u16(), 422);
}

#[tokio::test]
async fn one_shopper_cannot_give_back_what_another_holds() {
    let shop = spawn_shop().await;
    let (owner, other) = (shop.shopper(), shop.shopper());
    owner.add_to_cart(GUIDE).await;
    other.remove_from_cart(GUIDE).await;
    assert_eq!(available(&shop).await, 9);
}

#[tokio::test]
async fn sold_out_is_a_409_with_a_sentence() {
    let shop = spawn_shop_with(1).await;
    assert_eq!(
        shop.shopper().add_to_cart("drop").await.status(),
        StatusCode::OK
    );
    let refused = shop.shopper().add_to_cart("drop").await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert_eq!(
        sentence(refused).await,
        "Sold out: there are no copies left."
    );
}

#[tokio::test]
async fn an_unknown_book_is_a_404_with_a_sentence() {
    let shop = spawn_shop().await;
    let refused = shop.shopper().add_to_cart("no-such-book").await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
    assert_eq!(
        sentence(refused).await,
        "There is no such book in this shop."
    );
}

#[tokio::test]
async fn malformed_requests_are_a_4xx_with_a_message_and_change_nothing() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    let url = shop.url("/api/add_to_cart");
    let form = "application/x-www-form-urlencoded";
    let huge = format!("book={GUIDE}&more={}", "x".repeat(1_000_000));
    for (body, status) in [
        (&b""[..], 422),
        (b"nothing=here", 422),
        (b"book=", 422),
        (b"book=Not%20A%20Slug", 422),
        (b"book=..%2F..%2Fetc", 422),
        (b"book=%ff%fe", 422),
        (b"book=\xff\xfe", 422),
        (b"{\"book\":\"small-hours\"}", 422),
        (b"book[a]=b", 422),
        (huge.as_bytes(), 422),
    ] {
        let request = shopper
            .client
            .post(&url)
            .header(header::CONTENT_TYPE, form)
            .body(body.to_vec());
        let refused = request.send().await.unwrap();
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        assert_eq!(refused.status().as_u16(), status, "{shown}");
        assert!(!sentence(refused).await.is_empty(), "{shown}");
    }
    assert_eq!((shop.version(GUIDE).await, available(&shop).await), (1, 10));
}

#[tokio::test]
async fn a_wrong_method_and_an_unknown_action_have_a_sentence_too() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    let refused = shopper.get("/api/add_to_cart").await;
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
    sentence(refused).await;
    let refused = shopper.post("/api/burn_the_shop", &[]).await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
    sentence(refused).await;
    let refused = shopper
        .client
        .delete(shop.url("/live?seen=a:0"))
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
    sentence(refused).await;
}

#[tokio::test]
async fn a_forged_cookie_is_refused_and_replaced() {
    let (shop, elsewhere) = (spawn_shop().await, spawn_shop().await);
    // Forged, truncated, and signed by another shop.
    let foreign = elsewhere.shopper().get("/").await;
    let foreign = foreign.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .to_owned();
    let foreign = foreign.split(';').next().unwrap();
    let unsigned = format!("shopper={}", "0a".repeat(16));
    for cookie in [&unsigned, "shopper=", "shopper=x", foreign] {
        let client = reqwest::Client::new();
        let request = client
            .post(shop.url("/api/add_to_cart"))
            .form(&[("book", GUIDE)]);
        let refused = request.header(header::COOKIE, cookie).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{cookie}");
        assert!(
            refused.headers().contains_key(header::SET_COOKIE),
            "{cookie}"
        );
        assert!(sentence(refused).await.contains("cookie"), "{cookie}");
    }
    assert_eq!((shop.version(GUIDE).await, available(&shop).await), (1, 10));
}

#[tokio::test]
async fn only_the_first_page_sets_the_cookie() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    let first = shopper.get("/").await;
    let cookie = first.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .to_owned();
    for part in ["shopper=", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let second = shopper.get("/").await;
    assert!(!second.headers().contains_key(header::SET_COOKIE));
}

#[tokio::test]
async fn behind_tls_the_cookie_is_secure_and_bound_to_the_host() {
    let shop = spawn_shop_with_settings(|settings| {
        settings.public_url = Some("https://books.example".parse().unwrap());
    })
    .await;
    let first = shop.shopper().get("/").await;
    let cookie = first.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        cookie.starts_with("__Host-shopper=") && cookie.contains("Secure"),
        "{cookie}"
    );
}

#[tokio::test]
async fn another_sites_form_is_refused() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    shopper.get("/").await;
    let post = |name: &'static str, value: &'static str| {
        let request = shopper
            .client
            .post(shop.url("/api/add_to_cart"))
            .form(&[("book", GUIDE)]);
        request.header(name, value).send()
    };
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let refused = post(name, value).await.unwrap();
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{name}: {value}");
        sentence(refused).await;
    }
    assert_eq!(available(&shop).await, 10);
    let own = post("sec-fetch-site", "same-origin").await.unwrap();
    assert_eq!(own.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_plain_form_redirects_to_its_page_with_the_reason() {
    let shop = spawn_shop_with(1).await;
    let submit = |client: reqwest::Client| {
        let request = client
            .post(shop.url("/api/add_to_cart"))
            .form(&[("book", "drop")]);
        let request = request.header(header::ACCEPT, "text/html,*/*");
        request
            .header(header::REFERER, shop.url("/books/drop?notice=busy"))
            .send()
    };
    let browser = || {
        let builder = reqwest::Client::builder().redirect(Policy::none());
        builder.cookie_store(true).build().unwrap()
    };
    let visitor = async || {
        let client = browser();
        client.get(shop.url("/")).send().await.unwrap();
        client
    };
    let done = submit(visitor().await).await.unwrap();
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    assert_eq!(done.headers()[header::LOCATION], "/books/drop");
    let refused = submit(visitor().await).await.unwrap();
    assert_eq!(refused.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        refused.headers()[header::LOCATION],
        "/books/drop?notice=sold_out"
    );
}

#[tokio::test]
async fn an_invalid_quantity_is_refused_with_a_readable_message() {
    let shop = spawn_shop_with(10).await;
    let shopper = shop.shopper();
    for path in ["/api/add_to_cart", "/api/set_quantity"] {
        for bad in ["0", "-1", "1.5", "x", "1001", "99999999999999999999"] {
            let form = [("book", "drop"), ("quantity", bad)];
            let refused = shopper.post(path, &form).await;
            assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
            let said = sentence(refused).await;
            assert!(
                said.contains("a whole number of copies, from 1 to 1,000"),
                "{bad}: {said}"
            );
        }
    }
    let refused = shopper.post("/api/set_quantity", &[("book", "drop")]).await;
    assert!(sentence(refused).await.contains("“quantity” is missing"));
    assert_eq!(shop.version("drop").await, 1);
}

#[tokio::test]
async fn a_body_that_does_not_arrive_times_out() {
    let shop = spawn_shop().await;
    let mut client = TcpStream::connect(shop.address).await.unwrap();
    let begun = "POST /api/add_to_cart HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\n\r\nbook=";
    client.write_all(begun.as_bytes()).await.unwrap();
    // From here on the clock is paused, and jumps when all tasks are idle.
    tokio::time::pause();
    let asked = tokio::time::Instant::now();
    let mut answer = [0; 12];
    client.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 422");
    let waited = asked.elapsed().as_secs();
    assert!((14..=16).contains(&waited), "{waited} s");
}
