//! From the cart to an order, by its code, and back.

use reqwest::{StatusCode, header, redirect::Policy};
use serde_json::Value;

use crate::helpers::{GUIDE, Shopper, TestShop, sentence, slug, spawn_shop};

async fn order(shopper: &Shopper, key: &str) -> reqwest::Response {
    let form = [("name", "Ann"), ("reach", "ann@example.org"), ("key", key)];
    shopper.post("/api/place_order", &form).await
}

async fn available(shop: &TestShop) -> u32 {
    shop.store.book(&slug(GUIDE)).await.unwrap().level.available
}

#[tokio::test]
async fn a_cart_becomes_an_order_that_its_code_shows_and_cancels() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    shopper.add_to_cart(GUIDE).await;
    let placed = order(&shopper, "order-of-today").await;
    assert_eq!(placed.status(), StatusCode::OK);
    let placed: Value = placed.json().await.unwrap();
    let again: Value = order(&shopper, "order-of-today")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(placed, again, "sent twice, placed once");
    assert_eq!(available(&shop).await, 9);

    let code = placed["code"].as_str().unwrap();
    // Anybody with the code, written as one hears it.
    let heard = code.to_lowercase().replace('-', "");
    let page = shop.shopper().get(&format!("/orders/{heard}")).await;
    assert_eq!(page.status(), StatusCode::OK);
    let html = page.text().await.unwrap();
    assert!(html.contains("The Definitive Guide to the Internet") && html.contains("$20.00"));
    assert!(
        !html.contains("Ann") && !html.contains("ann@example.org"),
        "not for the code alone"
    );

    let cancelled = shop
        .shopper()
        .post("/api/cancel_order", &[("code", code)])
        .await;
    assert_eq!(cancelled.status(), StatusCode::OK);
    assert_eq!(available(&shop).await, 10);
}

#[tokio::test]
async fn an_order_needs_something_and_somebody() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    let empty = order(&shopper, "order-of-nothing").await;
    assert_eq!(empty.status(), StatusCode::CONFLICT);
    sentence(empty).await;
    shopper.add_to_cart(GUIDE).await;
    let long = "x".repeat(10_000);
    for (name, reach) in [
        ("", "ann@example.org"),
        (&long, "ann@example.org"),
        ("A\u{7}", "ann@example.org"),
        ("Ann", "nowhere"),
    ] {
        let refused = shopper
            .post("/api/place_order", &[("name", name), ("reach", reach)])
            .await;
        assert_eq!(refused.status().as_u16(), 422);
        sentence(refused).await;
    }
    assert_eq!(shop.version(GUIDE).await, 2, "nothing was ordered");
}

/// What a plain form is told comes with the address: a code, and books of one's own cart.
#[tokio::test]
async fn a_plain_form_is_told_what_is_wrong_with_the_order() {
    let shop = spawn_shop().await;
    let builder = reqwest::Client::builder().redirect(Policy::none());
    let client = builder.cookie_store(true).build().unwrap();
    let order = async |name: &str, reach: &str| {
        let request = client.post(shop.url("/api/place_order"));
        let request = request.form(&[("name", name), ("reach", reach)]);
        let request = request.header(header::ACCEPT, "text/html");
        let answer = request.header(header::REFERER, shop.url("/cart?notice=busy&gone=x"));
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        answer.headers()[header::LOCATION]
            .to_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        order("Ann", "ann@example.org").await,
        "/cart?notice=empty_cart"
    );
    let add = client.post(shop.url("/api/add_to_cart"));
    add.form(&[("book", GUIDE)]).send().await.unwrap();
    let long = "x".repeat(10_000);
    for (name, reach, code, said) in [
        (" ", "ann@example.org", "no_name", "give a name"),
        (&long, "ann@example.org", "long_name", "too long"),
        ("A\u{7}", "ann@example.org", "odd_name", "cannot be written"),
        (
            "Ann",
            "nowhere",
            "no_reach",
            "an e-mail address or a telephone",
        ),
    ] {
        let address = order(name, reach).await;
        assert_eq!(address, format!("/cart?notice={code}"));
        let page = client.get(shop.url(&address)).send().await.unwrap();
        let html = page.text().await.unwrap();
        assert!(html.contains(said), "{said}: {html}");
    }
    assert_eq!(shop.version(GUIDE).await, 2, "nothing was ordered");
}

#[tokio::test]
async fn an_unknown_or_malformed_code_is_a_404() {
    let shop = spawn_shop().await;
    for code in ["0000-0000-0000", "nonsense"] {
        let page = shop.shopper().get(&format!("/orders/{code}")).await;
        assert_eq!(page.status(), StatusCode::NOT_FOUND, "{code}");
    }
    let refused = shop
        .shopper()
        .post("/api/cancel_order", &[("code", "0000-0000-0000")])
        .await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_plain_form_leads_to_the_orders_page() {
    let shop = spawn_shop().await;
    let builder = reqwest::Client::builder().redirect(Policy::none());
    let client = builder.cookie_store(true).build().unwrap();
    let submit = |path: &str, form: Vec<(&'static str, &'static str)>| {
        let request = client.post(shop.url(path)).form(&form);
        request.header(header::ACCEPT, "text/html").send()
    };
    submit("/api/add_to_cart", vec![("book", GUIDE)])
        .await
        .unwrap();
    let form = vec![("name", "Ann"), ("reach", "+44 20 7946 0000")];
    let placed = submit("/api/place_order", form).await.unwrap();
    assert_eq!(placed.status(), StatusCode::SEE_OTHER);
    let address = placed.headers()[header::LOCATION].to_str().unwrap();
    assert!(address.starts_with("/orders/"), "{address}");
    let page = client.get(shop.url(address)).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);

    // What it could not have is named by title, and only where it is a book of ours.
    let address = format!("{address}?gone=small-hours,%3Cb%3E,no-such-book");
    let page = client.get(shop.url(&address)).send().await.unwrap();
    let html = page.text().await.unwrap();
    assert!(
        html.contains("others have taken it: Small Hours<"),
        "{html}"
    );
}
