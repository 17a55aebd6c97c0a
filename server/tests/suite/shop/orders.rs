//! Orders: placing, their pages, and cancelling.

use reqwest::{StatusCode, header, redirect::Policy};
use serde_json::Value;

use crate::shop::helpers::{
    GUIDE, Shopper, TestShop, sentence, slug, spawn_shop, spawn_shop_that_mails,
};

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
    // Anyone with the code sees the order, even if it is written in lower case without hyphens.
    let typed = code.to_lowercase().replace('-', "");
    let page = shop.shopper().get(&format!("/orders/{typed}")).await;
    assert_eq!(page.status(), StatusCode::OK);
    let html = page.text().await.unwrap();
    assert!(html.contains("The Definitive Guide to the Internet") && html.contains("$20.00"));
    assert!(
        !html.contains("Ann") && !html.contains("ann@example.org"),
        "no contact is shown"
    );

    let cancelled = shop
        .shopper()
        .post("/api/cancel_order", &[("code", code)])
        .await;
    assert_eq!(cancelled.status(), StatusCode::OK);
    assert_eq!(available(&shop).await, 10);
}

#[tokio::test]
async fn an_order_needs_copies_and_a_contact() {
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

/// The redirect of a plain form contains only codes and books of the shopper's own cart.
#[tokio::test]
async fn a_plain_form_shows_what_is_wrong_with_the_order() {
    let shop = spawn_shop().await;
    let builder = reqwest::Client::builder().redirect(Policy::none());
    let client = builder.cookie_store(true).build().unwrap();
    client.get(shop.url("/cart")).send().await.unwrap();
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
        (" ", "ann@example.org", "no_name", "Enter a name"),
        (&long, "ann@example.org", "long_name", "too long"),
        (
            "A\u{7}",
            "ann@example.org",
            "odd_name",
            "characters that we can’t use",
        ),
        (
            "Ann",
            "nowhere",
            "no_reach",
            "an e-mail address or telephone number",
        ),
        (
            "Ann",
            "jo..lane@example.org",
            "no_reach",
            "an e-mail address or telephone number",
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

    // Missing books are named by title, if they exist.
    let address = format!("{address}?gone=small-hours,%3Cb%3E,no-such-book");
    let page = client.get(shop.url(&address)).send().await.unwrap();
    let html = page.text().await.unwrap();
    assert!(html.contains("no copies were left: Small Hours<"), "{html}");
}

/// Orders a copy, and returns the order's code.
pub async fn place_order(shopper: &Shopper) -> String {
    shopper.add_to_cart(GUIDE).await;
    let placed: Value = order(shopper, "order-of-today").await.json().await.unwrap();
    placed["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_orders_page_has_a_qr_code_until_it_is_cancelled() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    let code = place_order(&shopper).await;
    let page = shopper.get(&format!("/orders/{code}")).await;
    for (name, value) in [
        ("cache-control", "private, no-store"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        assert_eq!(page.headers()[name], value);
    }
    let html = page.text().await.unwrap();
    for part in [
        "<svg",
        "aria-label=\"QR code for this order",
        &format!("/orders/{code}/collect.ics"),
        "We won’t send an e-mail.",
        " UTC.",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    shopper.post("/api/cancel_order", &[("code", &code)]).await;
    let html = shopper.get(&format!("/orders/{code}")).await;
    let html = html.text().await.unwrap();
    assert!(
        html.contains("Cancelled.") && !html.contains("<svg"),
        "{html}"
    );
}

#[tokio::test]
async fn a_shop_that_sends_mail_says_so() {
    let shop = spawn_shop_that_mails().await;
    let shopper = shop.shopper();
    let code = place_order(&shopper).await;
    let page = shop.shopper().get(&format!("/orders/{code}")).await;
    let html = page.text().await.unwrap();
    assert!(
        html.contains("We’re also sending it to your e-mail address."),
        "{html}"
    );
    assert!(!html.contains("ann@example.org"), "no contact is shown");
}

#[tokio::test]
async fn an_order_can_be_put_into_a_calendar() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    let code = place_order(&shopper).await;
    let path = format!("/orders/{code}/collect.ics");
    let file = shop.shopper().get(&path).await;
    assert_eq!(file.status(), StatusCode::OK);
    for (name, value) in [
        ("content-type", "text/calendar; charset=utf-8"),
        ("cache-control", "private, no-store"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        assert_eq!(file.headers()[name], value);
    }
    let text = file.text().await.unwrap();
    assert!(
        text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"),
        "{text}"
    );
    assert!(
        text.contains(&format!("UID:{code}@{}", shop.address)),
        "{text}"
    );
    assert!(!text.contains("ann@example.org") && !text.contains("Ann"));
    assert_eq!(text, shopper.get(&path).await.text().await.unwrap());
    let unknown = shopper.get("/orders/0000-0000-0000/collect.ics").await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

/// A shopper whose cart showed $20.00 before another tab added a copy.
async fn shopper_with_an_outdated_cart_page(shop: &TestShop) -> Shopper {
    let shopper = shop.shopper();
    shopper.add_to_cart(GUIDE).await;
    let cart = shopper.get("/cart").await.text().await.unwrap();
    assert!(cart.contains(r#"name="total" value="2000""#), "{cart}");
    shopper.add_to_cart(GUIDE).await;
    shopper
}

#[tokio::test]
async fn an_order_at_another_total_than_was_shown_is_refused_until_confirmed() {
    let shop = spawn_shop().await;
    let shopper = shopper_with_an_outdated_cart_page(&shop).await;
    let order = async |key: &str, total: &str| {
        let form = [
            ("name", "Ann"),
            ("reach", "ann@example.org"),
            ("key", key),
            ("total", total),
        ];
        shopper.post("/api/place_order", &form).await
    };
    let refused = order("first-order", "2000").await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let refused: Value = refused.json().await.unwrap();
    assert_eq!(
        (&refused["code"], &refused["total"]),
        (&"price_changed".into(), &4_000.into())
    );
    assert!(refused["error"].as_str().unwrap().contains("$40.00"));
    assert_eq!(
        available(&shop).await,
        8,
        "the copies are still in the cart"
    );
    let placed = order("first-order", "4000").await;
    assert_eq!(placed.status(), StatusCode::OK);
}

/// Control: the form does not say which total was shown.
#[tokio::test]
async fn without_the_total_an_order_is_placed_at_another_than_was_shown() {
    let shop = spawn_shop().await;
    let shopper = shopper_with_an_outdated_cart_page(&shop).await;
    let placed = order(&shopper, "first-order").await;
    assert_eq!(placed.status(), StatusCode::OK);
    let placed: Value = placed.json().await.unwrap();
    let code = placed["code"].as_str().unwrap();
    let page = shopper.get(&format!("/orders/{code}")).await;
    let page = page.text().await.unwrap();
    assert!(page.contains("$40.00"), "{page}");
}
