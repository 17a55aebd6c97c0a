//! English and Chinese: the language of an answer, and who may cache it.

use reqwest::{Response, StatusCode, header, redirect::Policy};
use serde_json::Value;

use crate::shop::helpers::{GUIDE, TestShop, sentence, spawn_shop};

const CHINESE: &str = "zh-CN,zh;q=0.9,en;q=0.8";
const PAGES: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// A browser that does not follow redirects.
fn browser() -> reqwest::Client {
    let browser = reqwest::Client::builder().cookie_store(true);
    browser.redirect(Policy::none()).build().unwrap()
}

async fn page(shop: &TestShop, path: &str, language: &str, cookie: &str) -> Response {
    let request = browser().get(shop.url(path)).header(header::ACCEPT, PAGES);
    let request = request.header(header::ACCEPT_LANGUAGE, language);
    request.header(header::COOKIE, cookie).send().await.unwrap()
}

async fn words(shop: &TestShop, path: &str, language: &str, cookie: &str) -> String {
    page(shop, path, language, cookie)
        .await
        .text()
        .await
        .unwrap()
}

#[tokio::test]
async fn every_page_is_in_the_language_that_the_browser_asks_for() {
    let shop = spawn_shop().await;
    let book = format!("/books/{GUIDE}");
    for (path, english, chinese) in [
        ("/", "On our shelf", "在售图书"),
        ("/?q=nothing-like-it", "No books match", "没有找到与"),
        (&book, "Add to cart", "加入购物车"),
        ("/cart", "Your cart", "我的购物车"),
        ("/connection", "What the shop can see", "服务器看到的信息"),
        ("/no-such-page", "Page not found", "找不到此页面"),
        ("/api/nothing", "Page not found", "找不到此页面"),
    ] {
        for (asked, tag, said, not_said) in [
            ("en-GB,en;q=0.9", "en", english, chinese),
            (CHINESE, "zh-Hans", chinese, english),
            ("fr", "en", english, chinese),
        ] {
            let html = words(&shop, path, asked, "").await;
            assert!(
                html.contains(&format!("lang=\"{tag}\"")),
                "{path} {asked}: {html}"
            );
            assert!(html.contains(said), "{path} {asked}: {html}");
            assert!(!html.contains(not_said), "{path} {asked}: {html}");
        }
    }
    let html = words(&shop, &book, CHINESE, "").await;
    assert!(
        html.contains("US$20.00") && html.contains("Anonymous"),
        "{html}"
    );
}

#[tokio::test]
async fn the_cookies_language_wins_over_the_browsers_unless_it_is_unknown() {
    let shop = spawn_shop().await;
    let html = words(&shop, "/cart", CHINESE, "lang=en").await;
    assert!(
        html.contains("<html lang=\"en\"") && html.contains("Your cart"),
        "{html}"
    );
    let html = words(&shop, "/cart", "en", "lang=zh-Hans").await;
    assert!(html.contains("<html lang=\"zh-Hans\""), "{html}");
    for odd in [
        "lang=",
        "lang=EN",
        "lang=../..",
        "lang=\"><script>",
        "lang=%00",
    ] {
        let html = words(&shop, "/cart", CHINESE, odd).await;
        assert!(html.contains("<html lang=\"zh-Hans\""), "{odd}: {html}");
        assert!(!html.contains("<script>\""), "{odd}");
    }
}

#[tokio::test]
async fn switching_returns_to_the_page_and_is_remembered() {
    let shop = spawn_shop().await;
    let browser = browser();
    let from = shop.url("/?q=night&notice=sold_out");
    let switched = browser
        .post(shop.url("/api/set_language"))
        .header(header::ACCEPT, PAGES)
        .header(header::REFERER, &from)
        .form(&[("language", "zh-Hans")])
        .send()
        .await
        .unwrap();
    assert_eq!(switched.status(), StatusCode::SEE_OTHER);
    assert_eq!(switched.headers()[header::LOCATION], "/?q=night");
    let cookies = switched.headers().get_all(header::SET_COOKIE).iter();
    let cookies: Vec<&str> = cookies.map(|cookie| cookie.to_str().unwrap()).collect();
    let chosen = cookies.iter().find(|cookie| cookie.starts_with("lang="));
    assert_eq!(
        chosen,
        Some(&"lang=zh-Hans; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly"),
    );
    let next = browser.get(shop.url("/cart")).send().await.unwrap();
    assert!(next.text().await.unwrap().contains("我的购物车"));

    for odd in ["", "fr", "zh", "en\r\nSet-Cookie: shopper=x"] {
        let refused = browser
            .post(shop.url("/api/set_language"))
            .form(&[("language", odd)])
            .send()
            .await
            .unwrap();
        assert_eq!(
            refused.status(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "{odd:?}"
        );
        assert!(sentence(refused).await.contains("支持的语言"), "{odd:?}");
    }
}

#[tokio::test]
async fn an_error_is_translated_and_its_code_stays() {
    let shop = spawn_shop().await;
    for (asked, said) in [
        (None, "Your cart is empty."),
        (Some("en"), "Your cart is empty."),
        (Some(CHINESE), "您的购物车是空的。"),
    ] {
        let order = browser().post(shop.url("/api/place_order"));
        let order = order.form(&[("name", "Ann"), ("reach", "ann@example.org")]);
        let order = match asked {
            Some(asked) => order.header(header::ACCEPT_LANGUAGE, asked),
            None => order,
        };
        let refused = order.send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::CONFLICT);
        let told: Value = refused.json().await.unwrap();
        assert_eq!(told["error"], said);
        assert_eq!(told["code"], "empty_cart");
    }
    let no_action = browser()
        .post(shop.url("/api/nothing"))
        .header(header::ACCEPT_LANGUAGE, CHINESE)
        .send()
        .await
        .unwrap();
    assert_eq!(no_action.status(), StatusCode::NOT_FOUND);
    assert_eq!(sentence(no_action).await, "没有这项操作。");
    let html = words(&shop, "/cart?notice=not_in_cart", CHINESE, "").await;
    assert!(html.contains("这本书已不在您的购物车里。"), "{html}");
}

#[tokio::test]
async fn an_order_and_its_calendar_file_are_in_the_browsers_language() {
    let shop = spawn_shop().await;
    let shopper = shop.shopper();
    shopper.add_to_cart(GUIDE).await;
    let form = [("name", "Ann"), ("reach", "+44 20 7946 0000")];
    let placed: Value = shopper
        .post("/api/place_order", &form)
        .await
        .json()
        .await
        .unwrap();
    let code = placed["code"].as_str().unwrap();
    let html = words(&shop, &format!("/orders/{code}"), CHINESE, "").await;
    for said in ["已下单。", "到店付款", "年", "US$20.00", "取消订单"] {
        assert!(html.contains(said), "{said}: {html}");
    }
    let file = words(&shop, &format!("/orders/{code}/collect.ics"), CHINESE, "").await;
    let file = file.replace("\r\n ", "");
    assert!(file.contains("SUMMARY:到 Burt's Books 取书"), "{file}");
    assert!(file.contains(&format!("取书码：{code}")), "{file}");
}

/// An answer that depends on a cookie or a language must not be in a shared cache.
#[tokio::test]
async fn translated_answers_are_not_for_shared_caches() {
    let shop = spawn_shop().await;
    let book = format!("/books/{GUIDE}");
    let now = format!("/api/book?book={GUIDE}");
    for path in [
        "/",
        &book,
        "/cart",
        "/no-such-page",
        &now,
        "/api/cart",
        "/api/nothing",
    ] {
        for accept in [PAGES, "*/*"] {
            let request = browser().get(shop.url(path)).header(header::ACCEPT, accept);
            let request = request.header(header::ACCEPT_LANGUAGE, CHINESE);
            let answer = request.send().await.unwrap();
            let caching = answer.headers()[header::CACHE_CONTROL].to_str().unwrap();
            assert!(
                caching.contains("private") || caching.contains("no-store"),
                "{path}: {caching}"
            );
            let vary = answer.headers().get_all(header::VARY).iter();
            let vary: Vec<&str> = vary.map(|name| name.to_str().unwrap()).collect();
            let vary = vary.join(", ").to_lowercase();
            assert!(
                vary.contains("accept-language") && vary.contains("cookie"),
                "{path}: {vary}"
            );
        }
    }
}
