//! Orders that are found again: in the list of a browser, by their code, and in another browser by
//! whose they are.

use reqwest::{Client, Response, StatusCode, header, redirect::Policy};
use serde_json::Value;

use crate::shop::helpers::{GUIDE, Shopper, TestShop, spawn_shop, spawn_shop_with_settings};

/// Places an order of one copy, as Ann. Returns its code.
async fn place_order(shopper: &Shopper) -> String {
    shopper.add_to_cart(GUIDE).await;
    let form = [("name", "Ann"), ("reach", "ann@example.org")];
    let placed = shopper.post("/api/place_order", &form).await;
    assert_eq!(placed.status(), StatusCode::OK);
    let placed: Value = placed.json().await.unwrap();
    placed["code"].as_str().unwrap().to_owned()
}

/// A browser that keeps cookies and follows no redirect.
struct Browser<'a> {
    shop: &'a TestShop,
    client: Client,
}

impl<'a> Browser<'a> {
    fn new(shop: &'a TestShop) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(Policy::none());
        let client = client.build().unwrap();
        Self { shop, client }
    }

    async fn get(&self, path: &str) -> Response {
        let request = self.client.get(self.shop.url(path));
        let request = request.header(header::ACCEPT, "text/html");
        request.send().await.unwrap()
    }

    /// Says whose order it is, from this address if a proxy names it.
    async fn say(&self, code: &str, who: &str, from: &str) -> Response {
        let request = self.client.post(self.shop.url(&format!("/orders/{code}")));
        let request = request.header(header::ACCEPT, "text/html");
        let request = request.header(header::REFERER, self.shop.url("/"));
        let request = request.header("x-real-ip", from).form(&[("who", who)]);
        request.send().await.unwrap()
    }
}

fn location(answer: &Response) -> &str {
    answer.headers()[header::LOCATION].to_str().unwrap()
}

/// Whether a page has Ann's address.
fn shows_contact(html: &str) -> bool {
    html.contains("ann@example.org")
}

#[tokio::test]
async fn a_browser_sees_its_own_orders_newest_first() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    let empty = shopper.get("/orders").await.text().await.unwrap();
    assert!(empty.contains("No orders were placed in this browser."));
    let (first, second) = (place_order(&shopper).await, place_order(&shopper).await);
    let cancelled = [("code", first.as_str())];
    shopper.post("/api/cancel_order", &cancelled).await;

    let page = shopper.get("/orders").await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()[header::CACHE_CONTROL], "private, no-store");
    let html = page.text().await.unwrap();
    let place = |part: &str| html.find(part).unwrap_or_else(|| panic!("{part}: {html}"));
    assert!(place(&second) < place("Order placed."));
    assert!(place("Order placed.") < place(&first));
    assert!(place(&first) < place("Cancelled."));

    let other = shop.shopper().get("/orders").await.text().await.unwrap();
    assert!(!other.contains(&first) && !other.contains(&second));
    let order = shopper.get(&format!("/orders/{second}")).await;
    assert!(order.text().await.unwrap().contains("href=\"/orders\""));
    let cart = shopper.get("/cart").await.text().await.unwrap();
    assert!(cart.contains("href=\"/orders\""), "{cart}");
}

#[tokio::test]
async fn an_order_is_found_by_its_code_however_it_is_written() {
    let shop = spawn_shop().await;
    let code = place_order(&shop.shopper()).await;
    let browser = Browser::new(&shop);
    let spoken = code.to_lowercase().replace('-', " ").replace('0', "o");
    for typed in [code.clone(), spoken, code.replace('-', "")] {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &typed)
            .finish();
        let found = browser.get(&format!("/orders?{query}")).await;
        assert_eq!(found.status(), StatusCode::SEE_OTHER, "{typed}");
        assert_eq!(location(&found), format!("/orders/{code}"));
    }
    let unknown = browser.get("/orders?code=%3Cb%3E").await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    let html = unknown.text().await.unwrap();
    assert!(html.contains("There is no order with this code."), "{html}");
    assert!(html.contains("value=\"&lt;b&gt;\""), "it is kept: {html}");
    let blank = browser.get("/orders?code=+").await;
    assert_eq!(blank.status(), StatusCode::OK);
}

#[tokio::test]
async fn another_browser_sees_the_contact_after_it_says_whose_order_it_is() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    let (code, other) = (place_order(&shopper).await, place_order(&shopper).await);
    let path = format!("/orders/{code}");
    let own = shopper.get(&path).await.text().await.unwrap();
    assert!(shows_contact(&own) && !own.contains("Is this your order?"));

    let browser = Browser::new(&shop);
    let page = browser.get(&path).await.text().await.unwrap();
    assert!(!shows_contact(&page) && page.contains("Is this your order?"));
    for wrong in ["Ben <i>", "ben@example.org"] {
        let refused = browser.say(&code, wrong, "").await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!refused.headers().contains_key("set-cookie"));
        let html = refused.text().await.unwrap();
        assert!(html.contains("That doesn’t match this order."), "{html}");
        assert!(!shows_contact(&html));
        let typed = wrong.replace('<', "&lt;").replace('>', "&gt;");
        assert!(html.contains(&format!("value=\"{typed}\"")), "{html}");
    }
    let shown = browser.say(&code, " ANN@example.org ", "").await;
    assert_eq!(shown.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&shown), path);
    let page = browser.get(&path).await.text().await.unwrap();
    assert!(shows_contact(&page) && !page.contains("Is this your order?"));

    // For this order and this browser only.
    let page = browser.get(&format!("/orders/{other}")).await;
    assert!(!shows_contact(&page.text().await.unwrap()));
    let page = Browser::new(&shop).get(&path).await;
    assert!(!shows_contact(&page.text().await.unwrap()));
    let unknown = browser.say("0000-0000-0000", "Ann", "").await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn guessing_whose_order_it_is_is_limited_by_order_and_by_client() {
    let shop = spawn_shop_with_settings(|settings| {
        settings.trusted_proxies = vec![std::net::IpAddr::from([127, 0, 0, 1]).into()];
    })
    .await;
    let shopper = shop.shopper();
    let (code, other) = (place_order(&shopper).await, place_order(&shopper).await);
    let browser = Browser::new(&shop);
    browser.get("/cart").await;
    for number in 0..10 {
        let from = format!("203.0.113.{number}");
        let refused = browser.say(&code, "Ben", &from).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    // Another address does not help, nor does the right name.
    let refused = browser.say(&code, "Ann", "203.0.113.99").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key(header::RETRY_AFTER));
    let html = refused.text().await.unwrap();
    assert!(html.contains("Too many tries.") && !shows_contact(&html));
    // The browser that placed it goes on seeing it, and other orders are not affected.
    let own = shopper.get(&format!("/orders/{code}")).await;
    assert!(shows_contact(&own.text().await.unwrap()));
    for _ in 0..9 {
        browser.say(&other, "Ben", "203.0.113.99").await;
    }
    let refused = browser.say(&other, "Ann", "203.0.113.99").await;
    assert_eq!(
        refused.status(),
        StatusCode::TOO_MANY_REQUESTS,
        "one client"
    );
}

/// Nothing would be shown to a browser that keeps no cookie.
#[tokio::test]
async fn a_browser_without_cookies_is_told_so() {
    let shop = spawn_shop().await;
    let code = place_order(&shop.shopper()).await;
    let refused = Browser::new(&shop).say(&code, "Ann", "").await;
    assert_eq!(refused.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        location(&refused),
        format!("/orders/{code}?notice=no_cookie")
    );
    let book = shop.store.book(&GUIDE.parse().unwrap()).await.unwrap();
    assert_eq!(book.level.available, 9, "the order is untouched");
}
