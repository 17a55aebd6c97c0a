//! Copies are held for a browser only if it has the shop's cookie; a program is given one.

use reqwest::{Client, StatusCode, header};

use crate::shop::helpers::{GUIDE, spawn_shop};

/// A browser that does not keep cookies would hold copies for a shopper who never returns.
#[tokio::test]
async fn nothing_is_held_for_a_browser_without_the_cookie() {
    let shop = spawn_shop().await;
    let post = |path: &str, name: &'static str, value: String| {
        let request = Client::new().post(shop.url(path)).form(&[("book", GUIDE)]);
        request.header(name, value).send()
    };
    for (name, value) in [
        ("origin", shop.url("")),
        ("referer", shop.url("/books/x")),
        ("sec-fetch-site", "same-origin".to_owned()),
    ] {
        for path in ["/api/add_to_cart", "/api/wait_for_copy"] {
            let refused = post(path, name, value.clone()).await.unwrap();
            assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{name} {path}");
            // The cookie is sent, so a browser that had lost it can try again.
            assert!(refused.headers().contains_key(header::SET_COOKIE));
            let body: serde_json::Value = refused.json().await.unwrap();
            assert_eq!(body["code"], "no_cookie");
        }
    }
    assert_eq!(shop.version(GUIDE).await, 1, "nothing has changed");

    let browser = Client::builder().cookie_store(true).build().unwrap();
    let click = || {
        let request = browser.post(shop.url("/api/add_to_cart"));
        let request = request.form(&[("book", GUIDE)]);
        request.header(header::ORIGIN, shop.url("")).send()
    };
    assert_eq!(click().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(
        click().await.unwrap().status(),
        StatusCode::OK,
        "the browser kept the cookie"
    );
}

/// Control: a client without these headers is a program, and gets its cookie with its first action.
#[tokio::test]
async fn a_program_gets_its_cookie_with_its_first_action() {
    let shop = spawn_shop().await;
    let take = async |headers: &[(&'static str, &'static str)]| {
        let request = Client::new().post(shop.url("/api/add_to_cart"));
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let held = request.form(&[("book", GUIDE)]).send().await.unwrap();
        assert_eq!(held.status(), StatusCode::OK, "{headers:?}");
        assert!(held.headers().contains_key(header::SET_COOKIE));
    };
    take(&[]).await;
    // The headers that Node's `fetch` sends.
    let of_node = [
        ("accept", "*/*"),
        ("accept-language", "*"),
        ("sec-fetch-mode", "cors"),
        ("user-agent", "node"),
    ];
    take(&of_node).await;
    assert_eq!(shop.version(GUIDE).await, 3);
}
